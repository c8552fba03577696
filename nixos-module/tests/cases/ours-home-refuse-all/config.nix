{
  about = "Every mistake of a user's configuration at once.";
  kind = "home";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.mode" "sops.secrets.session-key.sopsFile" "git add" "same name `mail`" "sops.secrets.\"tls/key\".leaf" "sops.secrets.\"tls/cert\".path" ];
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.secrets = {
        api-token.mode = "u=r";
        session-key.sopsFile = ./not-there.yaml;
        wireguard.name = "mail";
        mail-password.name = "mail";
        "tls/key".leaf = "x";
        "tls/cert".path = "cert.pem";
      };
    };
}
