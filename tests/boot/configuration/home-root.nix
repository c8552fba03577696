# The same for root, whose runtime directory may be missing.
{
  about = "The home of root.";
  kind = "home";
  module =
    { config, ... }:
    {
      home.username = "root";
      home.homeDirectory = "/root";
      sops.age.keyFile = "${config.home.homeDirectory}/.config/sops/age/keys.txt";
      sops.defaultSopsFile = ./home.yaml;
      sops.secrets.mail = { };
    };
}
