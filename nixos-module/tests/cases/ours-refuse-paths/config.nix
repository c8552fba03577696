{
  about = "Two secrets, and a secret and a template, at one path; paths that cannot be.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token and sops.secrets.session-key" "sops.secrets.wireguard.path" "sops.secrets.mail-password.path" "sops.secrets.\"tls/key\".path" "sops.secrets.\"tls/cert\" and sops.templates.app" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets = {
        api-token.path = "/etc/app/token";
        session-key.path = "/etc/app/token";
        wireguard.path = "relative";
        mail-password.path = "/etc/../mail";
        "tls/key".path = "/nix/store/00000000000000000000000000000000-x/key";
        "tls/cert".path = "/etc/app.env";
      };
      sops.templates.app = {
        content = "x";
        path = "/etc/app.env";
      };
    };
}
