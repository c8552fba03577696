# One user's secrets by home-manager alone.
{
  about = "The home whose unit and activation entry are run.";
  kind = "home";
  module =
    { config, ... }:
    {
      home.username = "alice";
      home.homeDirectory = "/home/alice";
      sops.age.keyFile = "${config.home.homeDirectory}/.config/sops/age/keys.txt";
      sops.defaultSopsFile = ./home.yaml;
      sops.secrets.mail = { };
      # Two spellings of one path: by the attribute, and by the name.
      sops.secrets."imap/password" = {
        name = "imap.key";
        key = "mail";
      };
      sops.templates."mailrc".content = "password ${config.sops.placeholder.mail}";
    };
}
