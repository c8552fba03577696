{
  about = "A format that there is not.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.format" "toml" "\"dotenv\"" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token.format = "toml";
    };
}
