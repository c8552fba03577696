{
  about = "The text of a template in a flake's tree, named by a string: the manifest depends on that file alone, and a login secret in it is found.";
  quiet = true;
  module =
    { inputs, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.billing-hash.neededForUsers = true;
      sops.secrets.api-token = { };
      sops.templates.app.file = "${inputs.self}/app.conf";
    };
}
