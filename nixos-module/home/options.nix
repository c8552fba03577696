# The options of the home-manager module.
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
    accounts = null;
    # By the attribute name, also where `name` is another one: both are installed.
    defaultPath = attribute: _: "${cfg.defaultSymlinkPath}/${attribute}";
    pathText = "{option}`sops.defaultSymlinkPath` and the attribute name";
    # Does not follow `defaultSymlinkPath`, so that the path of existing configurations stays what it is.
    renderedPath = name: "${config.xdg.configHome}/sops-nix/secrets/rendered/${name}";
    renderedText = "{option}`xdg.configHome` and `sops-nix/secrets/rendered/<name>`";
  };
in
{
  options.sops =
    lib.recursiveUpdate
      (import ../options.nix {
        inherit lib pkgs;
        hostKeys = {
          paths = _: [ ];
          text = _: "none";
        };
        secret = import ../secret.nix {
          inherit lib cfg scope;
          hasDefaultFile = options.sops.defaultSopsFile.isDefined;
        };
        template = import ../template.nix { inherit lib pkgs scope; };
      })
      {
        defaultSymlinkPath = mkOption {
          type = types.str;
          default = "${config.xdg.configHome}/sops-nix/secrets";
          defaultText = lib.literalExpression ''"''${config.xdg.configHome}/sops-nix/secrets"'';
          description = "Link to the directory with the live secrets. `%r` stands for the runtime directory.";
        };

        defaultSecretsMountPoint = mkOption {
          type = types.str;
          default = "%r/secrets.d";
          description = "Directory of the generations of secrets. `%r` stands for the runtime directory.";
        };

        gnupg.qubes-split-gpg = {
          enable = lib.mkEnableOption "Qubes split GPG. Accepted; PGP files do not open yet";

          domain = mkOption {
            type = types.nullOr types.str;
            default = null;
            example = "vault-gpg";
            description = "The qube that holds the keys.";
          };
        };
      };

  config = {
    sops.placeholder = lib.mkIf (cfg.templates != { }) (
      lib.mapAttrs
        (
          attribute: _: lib.mkDefault ((import ../manifest.nix { inherit lib; }).placeholder attribute)
        )
        cfg.secrets
    );

    sops.environment = lib.mkIf (cfg.secrets != { } || cfg.templates != { }) {
      PATH = lib.concatStringsSep ":" (
        builtins.filter (part: part != "") [
          (lib.makeBinPath cfg.age.plugins)
          (lib.optionalString pkgs.stdenv.hostPlatform.isDarwin "/usr/bin:/bin:/usr/sbin:/sbin")
        ]
      );
      SOPS_GPG_EXEC = lib.mkMerge [
        (lib.mkIf
          (
            import ../asks-for-gpg.nix { inherit lib cfg options; } && !cfg.gnupg.qubes-split-gpg.enable
          )
          (lib.mkDefault "${cfg.gnupg.package}/bin/gpg")
        )
        (lib.mkIf cfg.gnupg.qubes-split-gpg.enable (
          lib.mkDefault config.home.sessionVariables.SOPS_GPG_EXEC
        ))
      ];
      QUBES_GPG_DOMAIN = lib.mkIf cfg.gnupg.qubes-split-gpg.enable (
        lib.mkDefault cfg.gnupg.qubes-split-gpg.domain
      );
    };

    home.sessionVariables = lib.mkIf (cfg.secrets != { } && cfg.gnupg.qubes-split-gpg.enable) {
      SOPS_GPG_EXEC = "qubes-gpg-client-wrapper";
    };
  };
}
