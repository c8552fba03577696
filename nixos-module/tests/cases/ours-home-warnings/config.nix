{
  about = "What a user's configuration is warned of.";
  kind = "home";
  warns = [ "sops.environment.SOPS_AGE_KEY_CMD" "sops.gnupg" "sops.secrets.api-token.mode" ];
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.environment.SOPS_AGE_KEY_CMD = "print key";
      sops.gnupg.sshKeyPaths = [ "/home/operator/.ssh/id_rsa" ];
      sops.secrets.api-token.mode = "0644";
    };
}
