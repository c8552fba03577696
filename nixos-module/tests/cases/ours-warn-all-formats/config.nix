{
  about = "Every format, and the default format as an option.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFormat = "dotenv";
      sops.defaultSopsFile = ../files/service.env;
      sops.secrets.whole = { };
      sops.secrets.api-token = {
        format = "yaml";
        sopsFile = ../files/secrets.yaml;
      };
    };
}
