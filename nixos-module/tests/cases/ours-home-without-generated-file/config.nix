{
  about = "A key is to be generated and has no file.";
  kind = "home";
  verdict = "should refuse";
  mentions = [ "sops.age.keyFile" ];
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.generateKey = true;
      sops.age.sshKeyPaths = [ "/home/operator/.ssh/id_ed25519" ];
      sops.secrets.api-token = { };
    };
}
