# The two sets of secrets of a NixOS host, each with a manifest: the login set, which is there before users are made,
# and the regular one.
{ config
, lib
, pkgs
,
}:
let
  cfg = config.sops;
  inherit (import ./manifest.nix { inherit lib; }) manifest;
  manifestFile = import ./manifest-file.nix { inherit lib pkgs; };
  files = import ./files.nix { inherit lib; };

  login = lib.filterAttrs (_: secret: secret.neededForUsers) cfg.secrets;
  regular = lib.filterAttrs (_: secret: !secret.neededForUsers) cfg.secrets;

  # A template may name a secret of the login set, which is then installed once more, beside the regular ones.
  texts = lib.mapAttrsToList
    (
      _: template:
        if template.content != "" then
          template.content
        else if !files.isBuilt template.file && builtins.pathExists template.file then
          builtins.readFile template.file
        else
          ""
    )
    cfg.templates;
  isInTemplate =
    attribute: builtins.any (lib.hasInfix "${cfg.placeholder.${attribute}}") texts;
  loginInTemplates =
    lib.mapAttrs
      (
        _: secret:
          secret
          // {
            path = "/run/secrets/${secret.name}";
            owner = null;
            uid = 0;
            group = null;
            gid = 0;
          }
      )
      (
        lib.optionalAttrs (cfg.templates != { }) (
          lib.filterAttrs (attribute: _: isInTemplate attribute) login
        )
      );

  file =
    suffix: arguments:
    manifestFile {
      name = "manifest${suffix}.json";
      content = manifest (
        {
          inherit cfg;
          extra = {
            inherit (cfg) useTmpfs;
            userMode = false;
          };
        }
        // arguments
      );
      program = cfg.validationPackage;
      validate = cfg.validateSopsFiles;
      host = config.networking.hostName;
      hostKeys = cfg.hostPubKey;
    };
in
{
  regular = {
    secrets = regular;
    again = loginInTemplates;
    isEmpty = regular == { } && cfg.templates == { };
    manifest = file "" {
      secrets = regular // loginInTemplates;
      inherit (cfg) templates;
      symlinkPath = "/run/secrets";
      secretsMountPoint = "/run/secrets.d";
    };
  };
  login = {
    secrets = login;
    isEmpty = login == { };
    manifest = file "-for-users" {
      secrets = login;
      templates = { };
      symlinkPath = "/run/secrets-for-users";
      secretsMountPoint = "/run/secrets-for-users.d";
    };
  };
}
