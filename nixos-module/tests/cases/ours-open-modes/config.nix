{
  about = "Modes that let others in.";
  warns = [ "sops.secrets.api-token.mode = \"0444\"" "sops.secrets.session-key.mode" "sops.secrets.\"tls/key\".mode" "sops.templates.app.mode" "R-V05" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets = {
        api-token.mode = "0444";
        session-key.mode = "0420";
        wireguard.mode = "0440";
        mail-password.mode = "0750";
        "tls/key".mode = "401";
      };
      sops.templates.app = {
        content = "x";
        mode = "0664";
      };
    };
}
