{
  about = "The same with a unit, which waits for the mount; a path that only begins alike.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      fileSystems."/persist" = {
        device = "/dev/vdb";
        fsType = "ext4";
      };
      fileSystems."/pers".device = "/dev/vdc";
      sops.useSystemdActivation = true;
      sops.age.sshKeyPaths = [ "/persist/etc/ssh/ssh_host_ed25519_key" ];
      sops.secrets.api-token = { };
    };
}
