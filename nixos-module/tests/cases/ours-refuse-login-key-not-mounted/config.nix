{
  about = "A login set by unit, with a key on a file system that is mounted after users are made.";
  verdict = "should refuse";
  mentions = [ "sops.age.keyFile" "/persist" "sops.secrets.billing-hash" "neededForBoot = true" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      services.userborn.enable = true;
      fileSystems."/persist" = {
        device = "/dev/vdb";
        fsType = "ext4";
      };
      sops.age.keyFile = "/persist/key.txt";
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
