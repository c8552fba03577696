{
  about = "A secret in the place of the templates.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token" "sops.secrets.session-key" "sops.templates.\"app.env\"" "rendered/app.env" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token.name = "rendered";
      sops.secrets.session-key.name = "rendered/app.env";
      sops.templates."app.env".content = "x";
    };
}
