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
  owners = import ./owners.nix { inherit lib; };
  ofSystem = scope.accounts != null;

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
      type = types.enum [
        "yaml"
        "json"
        "binary"
        "dotenv"
        "ini"
      ];
      default = cfg.defaultSopsFormat;
      defaultText = lib.literalExpression "config.sops.defaultSopsFormat";
      description = "Format of the encrypted file. A binary file is installed as it was before it was encrypted.";
    };
    mode = mkOption {
      type = types.str;
      default = "0400";
      example = "0440";
      description = "Permissions of the file: three or four octal digits, at most `0777`.";
    };
    sopsFile = mkOption {
      type = types.path;
      default =
        if hasDefaultFile then
          cfg.defaultSopsFile
        else
          throw "sops.secrets.${lib.strings.escapeNixIdentifier name}.sopsFile is not set, and neither is sops.defaultSopsFile; set one of them to the encrypted file, for instance sops.defaultSopsFile = ./secrets.yaml;";
      defaultText = lib.literalExpression "config.sops.defaultSopsFile";
      example = lib.literalExpression "./secrets/web.yaml";
      description = "Encrypted file that holds the secret.";
    };
  };

  account =
    what:
    mkOption {
      type = types.nullOr types.str;
      description = "Name of the ${what} of the file. Can only be set if the number stays 0.";
    };
  number =
    what: instead:
    mkOption {
      type = types.nullOr types.int;
      default = 0;
      description = "Number of the ${what} of the file, used where {option}`${instead}` is null. The account need not exist.";
    };
  units =
    verb: trigger:
    mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "nginx.service" ];
      description = "Units to ${verb} when the secret has changed, as {option}`systemd.services.<name>.${trigger}` does.";
    };
  system = {
    owner = account "owner" // {
      default = null;
      example = "nginx";
    };
    uid = number "owner" "owner";
    group = account "group" // {
      default = owners.groupOf scope.accounts "sops.secrets.${lib.strings.escapeNixIdentifier name}" config.owner;
      defaultText = lib.literalMD "{option}`users.users.\${owner}.group`, or null without an owner";
    };
    gid = number "group" "group";
    sopsFileHash = mkOption {
      type = types.str;
      readOnly = true;
      default = hash;
      defaultText = lib.literalMD "SHA-256 of {option}`sopsFile`, or nothing where files are not validated";
      description = "Digest of the encrypted file, for {option}`systemd.services.<name>.restartTriggers`.";
    };
    restartUnits = units "restart" "restartTriggers";
    reloadUnits = units "reload" "reloadTriggers";
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
      throw "sops.secrets.${lib.strings.escapeNixIdentifier name}.sopsFile: ${toString config.sopsFile} does not exist";
in
{
  options = common // lib.optionalAttrs ofSystem system;
}
