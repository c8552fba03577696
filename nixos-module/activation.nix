# Installation by activation scripts: the default, before systemd starts at boot and while switching.
{ config
, options
, lib
, pkgs
, ...
}:
let
  cfg = config.sops;
  sets = import ./sets.nix { inherit config lib pkgs; };
  byUnit = import ./by-unit.nix { inherit config options; };
  mounts = import ./mounts.nix { inherit config lib; };

  # One command with its environment; nothing in it depends on where the text is run, because configurations run
  # `system.activationScripts.setupSecrets.text` inside units of their own.
  environment = {
    # Plugins look for a home and must not find root's; at boot there is none.
    HOME = "/var/empty";
  }
  // cfg.environment
  // {
    PATH = lib.concatStringsSep ":" (
      builtins.filter (part: part != "") [
        (lib.makeBinPath cfg.age.plugins)
        (toString (cfg.environment.PATH or ""))
      ]
    );
  };
  run =
    program: arguments:
    lib.escapeShellArgs (
      [ "${pkgs.coreutils}/bin/env" ]
      ++ lib.mapAttrsToList (name: value: "${name}=${value}") environment
      ++ [ "${cfg.package}/bin/${program}" ]
      ++ arguments
    );

  # As in NixOS itself: `-A config.system.build.activate` may be evaluated without dry runs.
  dry = lib.optionalAttrs (config.system ? dryActivationScript) { supportsDryActivation = true; };

  # `specialfs` below: /run, /proc and /dev are mounted.
  scriptsInstall = !byUnit.regular && !sets.regular.isEmpty || !byUnit.login && !sets.login.isEmpty;
  # Nothing is generated in a dry run: this script has no support for it.
  keyFirst = lib.optional cfg.age.generateKey "generate-age-key";

  removal =
    name:
    # The same text on every host. What lies there is left alone unless it is ours: a container may have another
    # /run/secrets. The mount goes as soon as nobody has a file in it open; without the right to mount it is a plain
    # directory in memory.
    ''
      if [ -L /run/${name} ]; then
        case "$(readlink /run/${name})" in
          /run/${name}.d/*)
            echo removing ${name}, of which none is configured any more...
            rm -f /run/${name}
            umount --lazy /run/${name}.d 2> /dev/null || true
            rm -rf --one-file-system /run/${name}.d
            ;;
        esac
      fi
    '';
in
{
  config.system.activationScripts = {
    generate-age-key = lib.mkIf (cfg.age.generateKey && cfg.age.keyFile != null && !(sets.regular.isEmpty && sets.login.isEmpty)) (
      lib.stringAfter [ "specialfs" ] (
        if scriptsInstall && mounts.network cfg.age.keyFile == [ ] then
          ''
            ${run "secrets" [
              "keygen"
              "--if-missing"
              cfg.age.keyFile
            ]}
          ''
        else
        # Configurations name this script in `deps`.
          "# the unit does it, once the file's directory is mounted"
      )
    );

    # Before users are made: a secret of this set may be a password.
    setupSecretsForUsers = lib.mkIf (!sets.login.isEmpty && !byUnit.login) (
      lib.stringAfter ([ "specialfs" ] ++ keyFirst) ''
        [ -e /run/current-system ] || echo setting up secrets for users...
        ${run "sops-install-secrets" [
          "-ignore-passwd"
          "${sets.login.manifest}"
        ]}
      ''
      // dry
    );
    users = lib.mkIf (!sets.login.isEmpty && !byUnit.login) { deps = [ "setupSecretsForUsers" ]; };

    # After users and groups are made: secrets belong to them.
    setupSecrets = lib.mkIf (!sets.regular.isEmpty && !byUnit.regular) (
      lib.stringAfter
        (
          [
            "specialfs"
            "users"
            "groups"
          ]
          ++ keyFirst
        )
        ''
          [ -e /run/current-system ] || echo setting up secrets...
          ${run "sops-install-secrets" [ "${sets.regular.manifest}" ]}
        ''
      // dry
    );

    # The last secret was removed from the configuration: its plaintext must not stay until the next boot.
    removeSecrets = lib.mkIf (sets.regular.isEmpty || sets.login.isEmpty) (
      lib.stringAfter [ "specialfs" ] (
        lib.optionalString sets.regular.isEmpty (removal "secrets")
        + lib.optionalString sets.login.isEmpty (removal "secrets-for-users")
      )
    );
  };

  config.system.build = {
    sops-nix-manifest = sets.regular.manifest;
    sops-nix-users-manifest = sets.login.manifest;
  };
}
