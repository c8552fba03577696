# The options of one template, defined once for NixOS and home-manager. `scope` is as in `secret.nix`.
{ lib
, pkgs
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
      type = types.singleLineStr;
      default = name;
      defaultText = lib.literalMD "the attribute name";
      description = "Name of the rendered file below the directory `rendered` of the secrets. `/` makes folders.";
    };
    path = mkOption {
      type = types.singleLineStr;
      default = scope.renderedPath config.name;
      defaultText = lib.literalMD scope.renderedText;
      description = "Where programs find the rendered file. At a path other than the default a link is made.";
    };
    content = mkOption {
      type = types.lines;
      default = "";
      example = lib.literalExpression ''
        "password = ''${config.sops.placeholder."database/password"}"
      '';
      description = "Text of the template, with `config.sops.placeholder.<secret>` where the value of a secret belongs.";
    };
    mode = mkOption {
      type = types.singleLineStr;
      default = "0400";
      example = "0440";
      description = "Permissions of the rendered file: three or four octal digits, at most `0777`.";
    };
    file = mkOption {
      type = types.path;
      default = pkgs.writeText (lib.strings.sanitizeDerivationName config.name) config.content;
      defaultText = lib.literalMD "a file with {option}`content`";
      example = lib.literalExpression "./app.conf";
      description = "File with the text of the template, used where {option}`content` is empty.";
    };
  };

  account =
    what:
    mkOption {
      type = types.nullOr types.singleLineStr;
      description = "Name of the ${what} of the rendered file. Can only be set if the number stays 0.";
    };
  number =
    what: instead:
    mkOption {
      type = types.nullOr types.int;
      default = 0;
      description = "Number of the ${what} of the rendered file, used where {option}`${instead}` is null. The account need not exist.";
    };
  units =
    verb: trigger:
    mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "nginx.service" ];
      description = "Units to ${verb} when the rendered text has changed, as {option}`systemd.services.<name>.${trigger}` does.";
    };
  system = {
    owner = account "owner" // {
      default = null;
      example = "nginx";
    };
    uid = number "owner" "owner";
    group = account "group" // {
      default = owners.groupOf scope.accounts "sops.templates.${lib.strings.escapeNixIdentifier name}" config.owner;
      defaultText = lib.literalMD "{option}`users.users.\${owner}.group`, or null without an owner";
    };
    gid = number "group" "group";
    restartUnits = units "restart" "restartTriggers";
    reloadUnits = units "reload" "reloadTriggers";
  };
in
{
  options = common // lib.optionalAttrs ofSystem system;
}
