# Machines that are booted, one promise a file: `nix build .#checks.x86_64-linux.vm-login`. They need KVM; what can be
# evaluated of them without is evaluated by `.ci/run nix`.
{ pkgs }:
let
  inherit (pkgs) lib;
  files = builtins.filter (name: name != "default.nix" && name != "machine.nix") (
    builtins.attrNames (builtins.readDir ./.)
  );
  test =
    file:
    lib.nameValuePair "vm-${lib.removeSuffix ".nix" file}" (
      pkgs.testers.runNixOSTest {
        imports = [ (./. + "/${file}") ];
        name = "secrets-${lib.removeSuffix ".nix" file}";
      }
    );
in
builtins.listToAttrs (map test files)
