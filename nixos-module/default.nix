# The NixOS module. It needs no overlay, and does nothing while no secret is declared.
{
  # Two repositories may both import it, each from its own copy in the store.
  key = "secrets: NixOS module";
  _file = ./default.nix;
  # Imported by home-manager it would be an error about options that do not exist.
  _class = "nixos";

  imports = [
    ./nixos-options.nix
    ./nixos-checks.nix
    ./activation.nix
    ./units.nix
  ];
}
