# What working on the project needs: `nix develop`, or `nix-shell nix/shell.nix`.
{ pkgs ? import <nixpkgs> { }
,
}:
pkgs.mkShell {
  packages = with pkgs; [
    cargo
    clippy
    rustc
    rustfmt
    # real tools to compare with
    age
    go
    openssh
    sops
    # for `.ci/run nix`
    deadnix
    nixpkgs-fmt
    python3
  ];
}
