# The home-manager module: secrets of one user, by home-manager alone or inside NixOS, with or without a user manager.
{
  # As in `default.nix`.
  key = "secrets: home-manager module";
  _file = ./home-manager.nix;
  _class = "homeManager";

  imports = [
    ./home/options.nix
    ./home/checks.nix
    ./home/service.nix
  ];
}
