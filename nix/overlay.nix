# The packages as an overlay. The modules work without it.
final: _: {
  inherit (import ../default.nix { pkgs = final; }) secrets sops-install-secrets;
}
