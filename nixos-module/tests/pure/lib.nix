# The few functions of nixpkgs' lib that the pure part needs, for machines without a copy of it.
let
  inherit (builtins)
    attrNames
    elemAt
    isAttrs
    length
    listToAttrs
    replaceStrings
    stringLength
    substring
    ;
in
rec {
  concatLists = builtins.concatLists;
  concatStringsSep = builtins.concatStringsSep;
  nameValuePair = name: value: { inherit name value; };
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  inherit (builtins) mapAttrs;
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  optionalAttrs = condition: set: if condition then set else { };
  optionalString = condition: text: if condition then text else "";
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  removePrefix =
    prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix =
    suffix: text:
    let
      rest = stringLength text - stringLength suffix;
    in
    if rest >= 0 && substring rest (-1) text == suffix then substring 0 rest text else text;
  hasInfix = infix: text: replaceStrings [ infix ] [ "" ] text != text;
  isDerivation = value: isAttrs value && value.type or null == "derivation";
  strings.sanitizeDerivationName = replaceStrings [ " " "/" ] [ "-" "-" ];
  getExe = package: "${package}/bin/${package.meta.mainProgram}";
  importTOML = path: builtins.fromTOML (builtins.readFile path);
  fileset.unions = files: files;
  fileset.toSource = { root, ... }: root;
  platforms.linux = [
    "x86_64-linux"
    "aarch64-linux"
  ];
  licenses = genAttrs [ "mit" "asl20" ] (name: name);
  last = list: elemAt list (length list - 1);
}
