{
  about = "No encrypted file for a user's secret.";
  kind = "home";
  refused = true;
  mentions = [ "defaultSopsFile" "sops.secrets.api-token.sopsFile" ];
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.secrets.api-token = { };
    };
}
