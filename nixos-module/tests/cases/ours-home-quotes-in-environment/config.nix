{
  about = "Values with quotes and blanks reach the unit and the activation entry as they are.";
  kind = "home";
  quiet = true;
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.environment.AGE_OPTION = "it's \"quoted\", twice";
      sops.secrets.api-token = { };
    };
}
