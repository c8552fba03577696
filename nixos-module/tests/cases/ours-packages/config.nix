{
  about = "Packages that the configuration chooses.";
  quiet = true;
  module =
    { pkgs, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.package = pkgs.hello;
      sops.validationPackage = pkgs.jq;
      sops.gnupg.package = pkgs.gnupg;
      sops.secrets.api-token = { };
    };
}
