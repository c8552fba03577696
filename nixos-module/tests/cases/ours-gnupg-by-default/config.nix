{
  about = "RSA host keys are PGP sources by default, and nobody has to be warned of it.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token = { };
    };
}
