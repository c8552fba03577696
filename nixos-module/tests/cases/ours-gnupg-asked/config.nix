{
  about = "RSA keys for PGP that the configuration names itself.";
  warns = [ "sops.gnupg" "ssh-to-age" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.gnupg.sshKeyPaths = [ "/etc/ssh/rsa" ];
      sops.secrets.api-token = { };
    };
}
