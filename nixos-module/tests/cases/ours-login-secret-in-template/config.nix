{
  about = "A renamed secret of the login set in templates, one of which is a file.";
  quiet = true;
  module =
    { config, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.billing-hash = {
        neededForUsers = true;
        name = "hash";
      };
      sops.secrets.api-token = { };
      sops.templates."first".content = "HASH=${config.sops.placeholder.billing-hash}";
      sops.templates."second".file = ./template.conf;
    };
}
