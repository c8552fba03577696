{
  about = "The placeholder of a secret that is gone, spelled out: the build fails.";
  builds = { fails = [ "app" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token = { };
      sops.templates.app.content = "<SOPS:0000000000000000000000000000000000000000000000000000000000000000:PLACEHOLDER>";
    };
}
