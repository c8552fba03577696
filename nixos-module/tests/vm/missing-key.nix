# Without a key the unit fails and says why, and the machine comes up.
{
  nodes.machine =
    { lib, ... }:
    {
      imports = [ ./machine.nix ];
      sops.useSystemdActivation = true;
      sops.age.sshKeyPaths = lib.mkForce [ "/etc/ssh/not-there" ];
      sops.secrets.api-token = { };
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    assert machine.succeed("systemctl show -P Result sops-install-secrets.service").strip() == "exit-code"
    machine.succeed("journalctl -u sops-install-secrets.service | grep -F /etc/ssh/not-there")
    machine.fail("test -e /run/secrets")
  '';
}
