{
  about = "One file read in two formats: the build fails.";
  builds = { fails = [ "whole" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token = { };
      sops.secrets.whole = {
        format = "binary";
      };
    };
}
