# The manifest as a derivation that checks itself, without any private key: its schema, that the files are encrypted and
# hold what is asked of them, and that the host can open each of them.
{ lib, pkgs }:
{ name
, content
, program
, # the `secrets` package, for the platform that builds
  validate
, host ? null
, # its name, for messages
  hostKeys ? null
, # public keys, as text or in files; one of them has to open each file
}:
let
  keyText =
    key:
    let
      inFile = builtins.isPath key || lib.hasPrefix "/" key;
      text = if inFile then builtins.readFile key else key;
    in
    # A private key given by mistake must not reach the store.
    if lib.hasInfix "PRIVATE KEY" text || lib.hasInfix "AGE-SECRET-KEY-" text then
      throw "sops.hostPubKey holds a private key; give the public one (`ssh-keygen -y`, or the file that ends in .pub)"
    else
      lib.removeSuffix "\n" text;
  # Messages name this file.
  keyFile = pkgs.writeText "sops.hostPubKey" (lib.concatMapStrings (key: "${keyText key}\n") hostKeys);
  prefix = lib.optionalString (host != null && host != "") "${host}=";
in
pkgs.writeTextFile {
  inherit name;
  text = builtins.toJSON content;
  checkPhase =
    ''
      ${program}/bin/sops-install-secrets -check-mode=${if validate then "sopsfile" else "manifest"} "$out"
    ''
    + lib.optionalString (validate && hostKeys != null && hostKeys != [ ]) ''
      ${program}/bin/secrets check --manifest "$out" --host-key ${lib.escapeShellArg "${prefix}${keyFile}"}
    '';
}
