{
  about = "The build has to prove that the user opens every file.";
  kind = "home";
  quiet = true;
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.sshKeyPaths = [ "/home/operator/.ssh/id_ed25519" ];
      sops.hostPubKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL/6G26Xwp7rPSnHYcqgu2IDZJPcRU//eh397WQ66+k5 my host";
      sops.secrets.api-token = { };
    };
}
