# Short words for the options of the stand-ins.
{ lib }:
let
  inherit (lib) mkOption types;
in
rec {
  anything = mkOption {
    type = types.anything;
    default = { };
  };
  switch =
    default:
    mkOption {
      type = types.bool;
      inherit default;
    };
  string =
    default:
    mkOption {
      type = types.str;
      inherit default;
    };
  lines = mkOption {
    type = types.lines;
    default = "";
  };
  many =
    type:
    mkOption {
      type = types.listOf type;
      default = [ ];
    };
  strings = many types.str;
  nullable =
    type:
    mkOption {
      type = types.nullOr type;
      default = null;
    };
}
