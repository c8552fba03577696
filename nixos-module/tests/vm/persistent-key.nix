# The key may lie on a file system of its own, which is mounted before the secrets are installed.
{
  nodes.machine = {
    imports = [ ./machine.nix ];
    virtualisation.emptyDiskImages = [ 64 ];
    virtualisation.fileSystems."/persist" = {
      device = "/dev/vdb";
      fsType = "ext4";
      autoFormat = true;
    };
    sops.useSystemdActivation = true;
    sops.age.keyFile = "/persist/age/key.txt";
    sops.age.generateKey = true;
    sops.secrets.api-token = { };
  };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("mountpoint /persist", "test -s /persist/age/key.txt", "test -e /run/secrets/api-token")
  '';
}
