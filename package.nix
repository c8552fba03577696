# The `secrets` package, for `callPackage`. Needs no network but for the crates that Cargo.lock names.
{
  lib,
  stdenv,
  rustPlatform,
  installShellFiles,
}:
let
  manifest = (lib.importTOML ./Cargo.toml).package;
in
rustPlatform.buildRustPackage {
  pname = manifest.name;
  inherit (manifest) version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./Cargo.toml
      ./Cargo.lock
      ./build.rs
      ./src
      ./benches
      ./examples
      ./tests
      ./fixtures
    ];
  };
  cargoLock.lockFile = ./Cargo.lock;
}
