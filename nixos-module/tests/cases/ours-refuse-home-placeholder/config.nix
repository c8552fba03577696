{
  about = "A user's template with the placeholder of a secret that does not exist.";
  kind = "home";
  verdict = "should refuse";
  mentions = [ "missing-token" "sops.templates.netrc.content" "sops.secrets" "declare that secret" ];
  module =
    { config, ... }:
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token = { };
      sops.templates.netrc.content = "password ${config.sops.placeholder.missing-token}";
    };
}
