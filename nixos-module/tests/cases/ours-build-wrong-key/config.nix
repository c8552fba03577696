{
  about = "A key that the file does not have: the build fails.";
  builds = { fails = [ "api-tokn" "secrets.yaml" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-tokn = { };
    };
}
