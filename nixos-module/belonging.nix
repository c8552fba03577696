# The options that secrets and templates have in common: whom a file belongs to, who may read it, and which units want to
# know that it has changed.
#
#   option     the secret or template, as messages name it
#   accounts   users of the system
#   string     type of names
#   file       what the manual calls the file
#   changed    what the manual says of a change
{ lib
, config
, option
, accounts
, string
, file
, changed
,
}:
let
  inherit (lib) mkOption types;
  owners = import ./owners.nix { inherit lib; };

  account =
    what:
    mkOption {
      type = types.nullOr string;
      description = "Name of the ${what} of ${file}. Can only be set if the number stays 0.";
    };
  number =
    what:
    mkOption {
      type = types.nullOr types.int;
      default = 0;
      description = "Number of the ${what} of ${file}, used where {option}`${what}` is null. The account need not exist.";
    };
  units =
    verb: trigger:
    mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "nginx.service" ];
      description = "Units to ${verb} when ${changed}, as {option}`systemd.services.<name>.${trigger}` does.";
    };
in
{
  mode = mkOption {
    type = string;
    default = "0400";
    example = "0440";
    description = "Permissions of ${file}: three or four octal digits, at most `0777`.";
  };

  # Where there is more than one user.
  system = {
    owner = account "owner" // {
      default = null;
      example = "nginx";
    };
    uid = number "owner";
    group = account "group" // {
      default = owners.groupOf accounts option config.owner;
      defaultText = lib.literalMD "{option}`users.users.\${owner}.group`, or null without an owner";
    };
    gid = number "group";
    restartUnits = units "restart" "restartTriggers";
    reloadUnits = units "reload" "reloadTriggers";
  };
}
