# Encrypted files as Nix sees them.
{ lib }:
let
  plain = value: builtins.unsafeDiscardStringContext (toString value);
  storePrefix = "${builtins.storeDir}/";

  # Whether a string names the output of a derivation, which may not be built yet.
  isBuilt =
    value:
    lib.isDerivation value
    || builtins.isString value
    && builtins.any (entry: entry ? outputs) (builtins.attrValues (builtins.getContext value));

  # Whether a path leads into an object of the store, not to the object itself.
  isBelowObject =
    text: lib.hasPrefix storePrefix text && lib.hasInfix "/" (lib.removePrefix storePrefix text);
in
{
  inherit isBuilt;

  isInStore = value: lib.hasPrefix storePrefix (plain value);

  # Whether the file is there. What is still to be built counts as there; the build check reads it.
  exists =
    value:
    isBuilt value || builtins.pathExists value;

  # The file as a store object of its own. A string such as "${inputs.self}/secrets.yaml" names the whole source tree,
  # and every commit to the tree would change the manifest, and with it the unit.
  alone =
    value:
    let
      inTree = builtins.isString value && isBelowObject (plain value) && !isBuilt value;
    in
    if (builtins.isPath value || inTree) && builtins.pathExists value then
      builtins.path
        {
          path = value;
          name = lib.strings.sanitizeDerivationName (baseNameOf (plain value));
        }
    else
      value;
}
