# Types of the options under `sops` that nixpkgs' lib has no type for.
{ lib }:
let
  # A path may be a value or a string; what only names a place in the store keeps its meaning without its context.
  plain = value: builtins.unsafeDiscardStringContext (toString value);
  isInStore = value: lib.hasPrefix "${builtins.storeDir}/" "${plain value}/";
in
{
  # Where a private key lies. A path literal such as ./key.txt is a file of the configuration for Nix, which copies it
  # into the store, where every user and every binary cache can read it (R-V09).
  keyPath = lib.mkOptionType {
    name = "keyPath";
    description = "absolute path of a private key, written as a string and outside of the Nix store (Nix would copy a path literal such as ./key.txt into the store, where everybody can read it)";
    descriptionClass = "noun";
    check = value: builtins.isString value && lib.hasPrefix "/" value && !isInStore value;
    merge = lib.mergeEqualOption;
  };

  # What stands in a template for a value: a string, or something that Nix makes one of.
  placeholder = lib.mkOptionType {
    name = "coercibleToString";
    description = "value that can be coerced to string";
    check = lib.strings.isConvertibleWithToString;
    merge = lib.mergeEqualOption;
  };
}
