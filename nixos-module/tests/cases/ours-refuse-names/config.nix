{
  about = "Names that are no names of files.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.name" "sops.secrets.session-key.name" "sops.secrets.wireguard.name" "sops.secrets.mail-password.name" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets = {
        api-token.name = "../token";
        session-key.name = "/token";
        wireguard.name = "a//b";
        mail-password.name = "";
      };
    };
}
