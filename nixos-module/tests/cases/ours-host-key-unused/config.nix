{
  about = "A host key, and a build that may not look into files.";
  warns = [ "sops.hostPubKey" "sops.validateSopsFiles" ];
  module =
    {
      services.openssh.enable = true;
      sops.validateSopsFiles = false;
      sops.hostPubKey = "age1tknu9sdq3c2fhyu37rk8pw6nkv93j5cjkj9xxxcg8vz04j36gglqgy7yfc";
      sops.defaultSopsFile = "/var/lib/secrets/secrets.yaml";
      sops.secrets.api-token = { };
    };
}
