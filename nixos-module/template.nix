# The options of one template, defined once for NixOS and home-manager. `scope` is as in `secret.nix`.
{ lib
, pkgs
, scope
,
}:
{ name, config, ... }:
let
  inherit (lib) mkOption types;
  option = "sops.templates.${lib.strings.escapeNixIdentifier name}";
  belonging = import ./belonging.nix {
    inherit lib config option;
    inherit (scope) accounts;
    string = types.singleLineStr;
    file = "the rendered file";
    changed = "the rendered text has changed";
  };

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
      # Nix says of an unknown placeholder that an attribute is missing, and nothing can be put in its place.
      apply = builtins.addErrorContext "while making ${option}.content: `config.sops.placeholder` has the names of sops.secrets; if one is missing, declare that secret or correct its name";
    };
    inherit (belonging) mode;
    file = mkOption {
      type = types.path;
      default = pkgs.writeText (lib.strings.sanitizeDerivationName config.name) config.content;
      defaultText = lib.literalMD "a file with {option}`content`";
      example = lib.literalExpression "./app.conf";
      description = "File with the text of the template, used where {option}`content` is empty.";
    };
  };
in
{
  options = common // lib.optionalAttrs (scope.accounts != null) belonging.system;
}
