# When the last secret is gone from the configuration, its plaintext is gone from the machine.
{
  nodes.machine =
    { lib, ... }:
    {
      imports = [ ./machine.nix ];
      sops.secrets.api-token = { };
      specialisation.without.configuration.sops.secrets = lib.mkForce { };
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("test -e /run/secrets/api-token")
    machine.succeed("/run/current-system/specialisation/without/bin/switch-to-configuration test")
    machine.fail("test -e /run/secrets")
    machine.fail("mountpoint /run/secrets.d")
  '';
}
