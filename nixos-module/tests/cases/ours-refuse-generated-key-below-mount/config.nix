{
  about = "A script would make the key before its file system is mounted.";
  verdict = "should refuse";
  mentions = [ "sops.age.generateKey" "sops.age.keyFile" "/persist" "neededForBoot = true" "sops.useSystemdActivation = true" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      fileSystems."/persist" = {
        device = "/dev/vdb";
        fsType = "ext4";
      };
      sops.age.keyFile = "/persist/key.txt";
      sops.age.generateKey = true;
      sops.secrets.api-token = { };
    };
}
