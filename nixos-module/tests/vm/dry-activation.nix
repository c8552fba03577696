# A dry activation says what would change and changes nothing.
{
  nodes.machine =
    { lib, ... }:
    {
      imports = [ ./machine.nix ];
      sops.secrets.token.key = "api-token";
      specialisation.changed.configuration.sops.secrets.token.key = lib.mkForce "session-key";
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    before = machine.succeed("find /run/secrets.d -printf '%p %i %T@\\n' | sort")
    said = machine.succeed("/run/current-system/specialisation/changed/bin/switch-to-configuration dry-activate 2>&1")
    assert "would modify secret: token" in said, said
    assert machine.succeed("find /run/secrets.d -printf '%p %i %T@\\n' | sort") == before
    assert machine.succeed("cat /run/secrets/token") == "token-of-the-api"
  '';
}
