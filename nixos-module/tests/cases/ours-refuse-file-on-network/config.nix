{
  about = "An encrypted file on a network file system without `late`.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.sopsFile" "/net" "sops.late = true" ];
  module =
    {
      services.openssh.enable = true;
      sops.validateSopsFiles = false;
      sops.defaultSopsFile = "/net/secrets.yaml";
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs";
      };
      sops.secrets.api-token = { };
    };
}
