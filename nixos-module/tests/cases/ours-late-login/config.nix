{
  about = "The login set cannot wait for the network.";
  warns = [ "sops.late" "sops.secrets.billing-hash" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.late = true;
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs4";
      };
      sops.age.keyFile = "/net/key.txt";
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
