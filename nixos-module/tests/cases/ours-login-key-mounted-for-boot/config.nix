{
  about = "The same with a file system that is there from the start.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      services.userborn.enable = true;
      fileSystems."/persist" = {
        device = "/dev/vdb";
        fsType = "ext4";
        neededForBoot = true;
      };
      sops.age.keyFile = "/persist/key.txt";
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
