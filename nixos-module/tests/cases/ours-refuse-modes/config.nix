{
  about = "Modes that are none.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.mode" "sops.secrets.session-key.mode" "sops.secrets.wireguard.mode" "sops.secrets.mail-password.mode" "sops.templates.app.mode" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets = {
        api-token.mode = "04400";
        session-key.mode = "0o400";
        wireguard.mode = "888";
        mail-password.mode = "40";
      };
      sops.templates.app = {
        content = "x";
        mode = "1777";
      };
    };
}
