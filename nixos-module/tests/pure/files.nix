# A commit to the tree that a file lies in must not change the manifest, and with it the unit; a change of the file must.
{ lib, root }:
let
  inherit (import (root + "/nixos-module/files.nix") { inherit lib; }) alone;
  # A source tree in the store, as a flake's `self` is, named by a string with context.
  tree = text: other: "${builtins.path { path = trees + "/${other}"; name = "source-${text}"; }}/secrets.yaml";
  trees = root + "/nixos-module/tests/pure/trees";
  before = tree "one" "before";
  committed = tree "two" "committed";
  rewritten = tree "three" "rewritten";
in
{
  "the trees are two" = before != committed;
  "another commit, the same file" = "${alone before}" == "${alone committed}";
  "another content, another file" = "${alone before}" != "${alone rewritten}";
  "the file is alone in the store" = builtins.match "/nix/store/[^/]+-secrets.yaml"
    (
      builtins.unsafeDiscardStringContext "${alone before}"
    ) != null;
  "a path literal is the same file" = "${alone (trees + "/before/secrets.yaml")}" == "${alone before}";
  "a string outside of the store stays" = alone "/var/lib/secrets.yaml" == "/var/lib/secrets.yaml";
  "a file that will be built stays" =
    let
      built = "${
        derivation {
          name = "x";
          system = "x86_64-linux";
          builder = "/nothing";
        }
      }/secrets.yaml";
    in
    alone built == built;
}
