{
  about = "A root on the network is mounted in the initrd: nothing is late.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      fileSystems."/" = {
        device = "server:/root";
        fsType = "nfs";
      };
      fileSystems."/persist" = {
        device = "server:/persist";
        fsType = "nfs";
        neededForBoot = true;
      };
      sops.age.keyFile = "/persist/key.txt";
      sops.secrets.api-token = { };
    };
}
