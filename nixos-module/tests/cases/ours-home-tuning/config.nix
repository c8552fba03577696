{
  about = "Generations, logging, places.";
  kind = "home";
  quiet = true;
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.keepGenerations = 0;
      sops.log = [ "keyImport" ];
      sops.defaultSymlinkPath = "/home/operator/.secrets";
      sops.defaultSopsKey = "";
      sops.validateSopsFiles = false;
      sops.defaultSopsFile = "/home/operator/secrets.yaml";
      sops.secrets.whole.path = "/home/operator/whole.yaml";
    };
}
