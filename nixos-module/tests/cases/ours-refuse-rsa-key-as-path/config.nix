{
  about = "An RSA key given as a path literal.";
  refused = true;
  mentions = [ "sops.gnupg.sshKeyPaths" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.gnupg.sshKeyPaths = [ ./config.nix ];
      sops.secrets.api-token = { };
    };
}
