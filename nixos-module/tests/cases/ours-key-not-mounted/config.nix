{
  about = "A key on a file system that scripts come too early for.";
  warns = [ "sops.age.sshKeyPaths" "/persist" "neededForBoot" "sops.useSystemdActivation" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      fileSystems."/persist" = {
        device = "/dev/vdb";
        fsType = "ext4";
      };
      sops.age.sshKeyPaths = [ "/persist/etc/ssh/ssh_host_ed25519_key" ];
      sops.secrets.api-token = { };
    };
}
