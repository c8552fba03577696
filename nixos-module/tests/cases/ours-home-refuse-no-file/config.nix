{
  about = "No encrypted file for a user's secret.";
  kind = "home";
  verdict = "should refuse";
  mentions = [ "defaultSopsFile" "sops.secrets.api-token.sopsFile" ];
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.secrets.api-token = { };
    };
}
