{
  about = "A user's key given as a path literal.";
  kind = "home";
  verdict = "should refuse";
  mentions = [ "sops.age.keyFile" ];
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = ./config.nix;
      sops.secrets.api-token = { };
    };
}
