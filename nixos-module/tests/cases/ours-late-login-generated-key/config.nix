{
  about = "A key on the network is made by the unit that waits for the network, not by the script of the login set.";
  warns = [ "sops.late" "sops.secrets.billing-hash" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.late = true;
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs";
      };
      sops.age.keyFile = "/net/key.txt";
      sops.age.generateKey = true;
      sops.secrets.api-token = { };
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
