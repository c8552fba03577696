# A key on a network file system, made there when it is missing.
{
  about = "The machine whose secrets wait for the network.";
  module =
    {
      services.openssh.enable = true;
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs";
      };
      sops.late = true;
      sops.age.keyFile = "/net/keys/key.txt";
      sops.age.generateKey = true;
      sops.defaultSopsFile = ./secrets.yaml;
      sops.secrets.token = { };
    };
}
