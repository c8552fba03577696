# A key that is generated on the first boot has mode 0600, its recipient is in the journal, and it stays on the next boot.
{
  nodes.machine = {
    imports = [ ./machine.nix ];
    sops.useSystemdActivation = true;
    sops.age.keyFile = "/var/lib/sops-nix/key.txt";
    sops.age.generateKey = true;
    sops.secrets.api-token = { };
  };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    assert machine.succeed("stat -c '%a %U' /var/lib/sops-nix/key.txt").strip() == "600 root"
    machine.succeed("journalctl -u sops-install-secrets.service | grep -E 'age1[0-9a-z]{58}'")
    key = machine.succeed("sha256sum /var/lib/sops-nix/key.txt")
    machine.reboot()
    machine.wait_for_unit("multi-user.target")
    assert machine.succeed("sha256sum /var/lib/sops-nix/key.txt") == key
  '';
}
