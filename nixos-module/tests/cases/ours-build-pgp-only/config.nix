{
  about = "A file that only PGP opens: the build fails and names the key.";
  warns = [ "sops.gnupg" ];
  builds = { fails = [ "9A7C419822E6B82B7047E2479C7A633B95541A1F" "pgp.yaml" "api-token" "age" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.gnupg.sshKeyPaths = [ "/etc/ssh/rsa" ];
      sops.secrets.api-token.sopsFile = ../files/pgp.yaml;
    };
}
