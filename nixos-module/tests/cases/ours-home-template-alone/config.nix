{
  about = "A template of a user, without any secret.";
  kind = "home";
  quiet = true;
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.templates.app.content = "nothing secret";
    };
}
