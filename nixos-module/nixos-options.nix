# The options of the NixOS module.
{ config
, options
, lib
, pkgs
, ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.sops;

  scope = {
    accounts = config.users.users;
    defaultPath =
      _: secret:
      if secret.neededForUsers then "/run/secrets-for-users/${secret.name}" else "/run/secrets/${secret.name}";
    pathText = "`/run/secrets/<name>`, or `/run/secrets-for-users/<name>` for a secret that is needed for users";
    renderedPath = name: "/run/secrets/rendered/${name}";
    renderedText = "`/run/secrets/rendered/<name>`";
  };

  # Host keys that are secrets themselves cannot open any.
  hostKeys = {
    paths =
      type:
      lib.optionals config.services.openssh.enable (
        map (key: key.path) (
          builtins.filter
            (
              key: key.type == type && !lib.hasPrefix "/run/secrets" key.path
            )
            config.services.openssh.hostKeys
        )
      );
    text =
      type: "the ${type} keys of {option}`services.openssh.hostKeys` if {option}`services.openssh.enable` is set";
  };

  # Whether accounts are made by a unit, after the activation scripts.
  usersByUnit =
    (options.systemd ? sysusers && config.systemd.sysusers.enable)
    || (options.services ? userborn && config.services.userborn.enable);
in
{
  imports = [
    (lib.mkRenamedOptionModule
      [
        "sops"
        "gnupgHome"
      ]
      [
        "sops"
        "gnupg"
        "home"
      ]
    )
    (lib.mkRenamedOptionModule
      [
        "sops"
        "sshKeyPaths"
      ]
      [
        "sops"
        "gnupg"
        "sshKeyPaths"
      ]
    )
  ];

  options.sops =
    import ./options.nix
      {
        inherit lib pkgs hostKeys;
        secret = import ./secret.nix {
          inherit lib cfg scope;
          hasDefaultFile = options.sops.defaultSopsFile.isDefined;
        };
        template = import ./template.nix { inherit lib pkgs scope; };
      }
    // {
      validationPackage = mkOption {
        type = types.package;
        default =
          if pkgs.stdenv.buildPlatform == pkgs.stdenv.hostPlatform then
            cfg.package
          else
            pkgs.pkgsBuildHost.callPackage ../package.nix { };
        defaultText = lib.literalMD "{option}`sops.package`, for the platform that builds the system";
        description = "The package that checks the manifest while the system is built.";
      };

      useTmpfs = mkOption {
        type = types.bool;
        default = false;
        description = "Keep secrets in a tmpfs even where the kernel could write it to swap (before Linux 6.4).";
      };

      useSystemdActivation = mkOption {
        type = types.bool;
        default = usersByUnit || cfg.late;
        defaultText = lib.literalExpression "config.systemd.sysusers.enable || config.services.userborn.enable || config.sops.late";
        description = ''
          Install secrets by `sops-install-secrets.service` in place of an activation script. The unit waits for the
          file systems that the keys lie on, and comes before every ordinary service.
        '';
      };

      late = mkOption {
        type = types.bool;
        default = false;
        description = ''
          Install secrets late while booting: after network file systems and sockets, for a key on a network file
          system or an age plugin that needs a daemon such as pcscd. Services that need secrets then have to be
          ordered after `sops-install-secrets.service`.
        '';
      };
    };

  config.sops = lib.mkMerge [
    (lib.mkIf (cfg.templates != { }) {
      placeholder = lib.mapAttrs
        (
          attribute: _: lib.mkDefault ((import ./manifest.nix { inherit lib; }).placeholder attribute)
        )
        cfg.secrets;
    })
    {
      environment.SOPS_GPG_EXEC = lib.mkIf (import ./asks-for-gpg.nix { inherit lib cfg options; }) (
        lib.mkDefault "${cfg.gnupg.package}/bin/gpg"
      );
    }
  ];
}
