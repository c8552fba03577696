{
  about = "A value that stands in clear in an encrypted file: the build fails.";
  builds = { fails = [ "url" "partly.yaml" "clear" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.secrets.url = {
        key = "api-token_unencrypted";
        sopsFile = ./partly.yaml;
      };
    };
}
