{
  about = "A file that was never encrypted: the build fails.";
  builds = { fails = [ "api-token" "plain.yaml" "encrypt" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.secrets.api-token.sopsFile = ./plain.yaml;
    };
}
