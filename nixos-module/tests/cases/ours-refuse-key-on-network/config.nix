{
  about = "Keys on network file systems without `late`.";
  verdict = "should refuse";
  mentions = [ "sops.age.keyFile" "/net" "sops.age.sshKeyPaths" "/cloud" "sops.late = true" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs";
      };
      fileSystems."/cloud" = {
        device = "/dev/nbd0";
        options = [ "_netdev" ];
      };
      sops.age.keyFile = "/net/key.txt";
      sops.age.sshKeyPaths = [ "/cloud/ssh_host_ed25519_key" ];
      sops.secrets.api-token = { };
    };
}
