# The outputs of flake.nix with a stand-in for its input: names, and what each of them is made of.
#
# `lib` is nixpkgs' where there is a copy, else `./lib.nix`.
{ lib, root }:
let
  derivation = name: attributes: {
    type = "derivation";
    outPath = "/nix/store/${name}";
    inherit name;
    meta.mainProgram = name;
  } // attributes;
  packageSet =
    system:
    let
      platform = {
        inherit system;
        canExecute = other: other.system == system;
      };
      pkgs = {
        inherit lib;
        callPackage =
          file: arguments:
          let
            function = import file;
          in
          function (builtins.intersectAttrs (builtins.functionArgs function) pkgs // arguments);
        rustPlatform.buildRustPackage =
          attributes:
          derivation attributes.pname (
            attributes
              // {
              out.outPath = "/nix/store/${attributes.pname}";
            }
              // lib.genAttrs (builtins.filter (name: name != "out") attributes.outputs) (
              output: derivation "${attributes.pname}-${output}" { }
            )
          );
        stdenv = {
          buildPlatform = platform;
          hostPlatform = platform;
        };
        mkShell = attributes: derivation "shell" attributes;
        testers.runNixOSTest = attributes: derivation attributes.name { inherit (attributes) imports; };
        pkgsStatic = pkgs;
        buildPackages = pkgs;
      }
      // lib.genAttrs [
        "age"
        "cargo"
        "clippy"
        "deadnix"
        "go"
        "installShellFiles"
        "nixpkgs-fmt"
        "openssh"
        "python3"
        "rustc"
        "rustfmt"
        "sops"
      ]
        (name: derivation name { });
    in
    pkgs;

  flake = import (root + "/flake.nix");
  outputs = flake.outputs {
    self = outputs // {
      outPath = toString root;
    };
    nixpkgs = {
      inherit lib;
      legacyPackages = lib.genAttrs lib.platforms.linux packageSet;
    };
  };
  overlaid = outputs.overlays.default (packageSet "x86_64-linux") { };

  # Paths of modules and templates as they are in the tree; everything else by name.
  below = path: lib.removePrefix "${toString root}/" (toString path);
  show =
    value:
    if lib.isDerivation value then
      "derivation ${value.name}"
    else if builtins.isPath value then
      (if builtins.pathExists value then "path " else "missing path ") + below value
    else if builtins.isList value then
      map show value
    else if builtins.isAttrs value then
      builtins.mapAttrs (_: show) value
    else
      value;
in
{
  inputs = builtins.attrNames flake.inputs;
  outputs = show (removeAttrs outputs [ "overlays" ]);
  overlays = builtins.mapAttrs (_: _: show overlaid) outputs.overlays;
  overridable = builtins.isFunction (import (root + "/package.nix"));
  withoutFlakes = show (import (root + "/default.nix") { pkgs = packageSet "x86_64-linux"; });
}
