{
  about = "One entry of a dotenv and of an INI file.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.token = {
        format = "dotenv";
        sopsFile = ../files/service.env;
        leaf = "API_TOKEN";
      };
      sops.secrets.legacy = {
        format = "ini";
        sopsFile = ../files/legacy.ini;
        leaf = "legacy/password";
      };
    };
}
