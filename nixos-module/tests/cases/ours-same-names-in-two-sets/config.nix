{
  about = "The same name in both sets, which have directories of their own.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token.name = "token";
      sops.secrets.billing-hash = {
        name = "token";
        neededForUsers = true;
      };
    };
}
