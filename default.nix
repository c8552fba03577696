# The packages without flakes: `nix-build -A secrets`, or `import ./. { inherit pkgs; }`.
{ pkgs ? import <nixpkgs> { }
,
}:
rec {
  secrets = pkgs.callPackage ./package.nix { };

  # Fully static, for machines without a Nix store.
  secrets-static = pkgs.pkgsStatic.callPackage ./package.nix { };

  # The name that configurations of sops-nix know.
  sops-install-secrets = secrets;
}
