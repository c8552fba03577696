# The options of one secret, defined once for NixOS and home-manager.
#
# `scope` is what differs between the two:
#   defaultPath   secret -> path, where the secret is found if nothing else is said
#   accounts      users of the system, or null where a secret belongs to the user anyway
#   pathText      what the manual says of the default path
{ lib
, cfg
, hasDefaultFile
, scope
,
}:
{ name, config, ... }:
let
  inherit (lib) mkOption types;
  option = "sops.secrets.${lib.strings.escapeNixIdentifier name}";
  belonging = import ./belonging.nix {
    inherit lib config option;
    inherit (scope) accounts;
    string = types.str;
    file = "the file";
    changed = "the secret has changed";
  };

  formats = [
    "yaml"
    "json"
    "binary"
    "dotenv"
    "ini"
  ];

  common = {
    name = mkOption {
      type = types.str;
      default = name;
      defaultText = lib.literalMD "the attribute name";
      example = "tls/private.key";
      description = "Name of the secret's file below the directory of all secrets. `/` makes folders.";
    };
    key = mkOption {
      type = types.str;
      default = if cfg.defaultSopsKey != null then cfg.defaultSopsKey else name;
      defaultText = lib.literalMD "{option}`sops.defaultSopsKey` if set, else the attribute name";
      example = "database/password";
      description = ''
        Way to the value in a YAML or JSON file: its keys joined by `/`, items of a list by their number from 0. `""`
        is the whole file. For dotenv, INI and binary files it is ignored; see {option}`leaf`.
      '';
    };
    leaf = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "API_TOKEN";
      description = ''
        One entry of a dotenv file (its name) or of an INI file (`section/key`). Without it such a file is installed
        whole.
      '';
    };
    path = mkOption {
      type = types.str;
      default = scope.defaultPath name config;
      defaultText = lib.literalMD scope.pathText;
      description = "Where programs find the secret. At a path other than the default a link to the secret is made.";
    };
    format = mkOption {
      type = types.enum formats;
      default =
        if builtins.elem cfg.defaultSopsFormat formats then
          cfg.defaultSopsFormat
        else
          throw "sops.defaultSopsFormat, the format of ${option}, is `${cfg.defaultSopsFormat}`; there are ${lib.concatStringsSep ", " formats}";
      defaultText = lib.literalExpression "config.sops.defaultSopsFormat";
      description = "Format of the encrypted file. A binary file is installed as it was before it was encrypted.";
    };
    inherit (belonging) mode;
    sopsFile = mkOption {
      type = types.path;
      default =
        if hasDefaultFile then
          cfg.defaultSopsFile
        else
          throw "${option}.sopsFile is not set, and neither is sops.defaultSopsFile; set one of them to the encrypted file, for instance sops.defaultSopsFile = ./secrets.yaml;";
      defaultText = lib.literalExpression "config.sops.defaultSopsFile";
      example = lib.literalExpression "./secrets/web.yaml";
      description = "Encrypted file that holds the secret.";
    };
  };

  system = belonging.system // {
    sopsFileHash = mkOption {
      type = types.str;
      readOnly = true;
      default = hash;
      defaultText = lib.literalMD "SHA-256 of {option}`sopsFile`, or nothing where files are not validated";
      description = "Digest of the encrypted file, for {option}`systemd.services.<name>.restartTriggers`.";
    };
    neededForUsers = mkOption {
      type = types.bool;
      default = false;
      description = ''
        Install the secret before users and groups are made, so that it can be a password: see
        {option}`users.users.<name>.hashedPasswordFile`. It then lies in `/run/secrets-for-users` and belongs to root.
      '';
    };
  };
  hash =
    if !cfg.validateSopsFiles then
      ""
    else if builtins.pathExists config.sopsFile then
      builtins.hashFile "sha256" config.sopsFile
    else
      throw "${option}.sopsFile: ${toString config.sopsFile} does not exist";
in
{
  options = common // lib.optionalAttrs (scope.accounts != null) system;
}
