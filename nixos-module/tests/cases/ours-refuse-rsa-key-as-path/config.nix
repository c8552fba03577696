{
  about = "An RSA key given as a path literal.";
  verdict = "should refuse";
  mentions = [ "sops.gnupg.sshKeyPaths" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.gnupg.sshKeyPaths = [ ./config.nix ];
      sops.secrets.api-token = { };
    };
}
