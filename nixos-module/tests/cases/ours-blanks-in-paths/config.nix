{
  about = "A generated key at a path with blanks and a percent sign, installed by a unit.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.useSystemdActivation = true;
      sops.age.keyFile = "/var/lib/age keys/100%.txt";
      sops.age.generateKey = true;
      sops.secrets.api-token = { };
    };
}
