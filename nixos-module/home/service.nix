# Installation of a user's secrets: at login by a user unit (on macOS an agent), and while home-manager activates.
{ config
, lib
, pkgs
, ...
}:
let
  cfg = config.sops;
  inherit (pkgs.stdenv.hostPlatform) isLinux;
  inherit (import ../manifest.nix { inherit lib; }) manifest;

  manifestFile = import ../manifest-file.nix { inherit lib pkgs; } {
    name = "manifest.json";
    content = manifest {
      inherit cfg;
      inherit (cfg) secrets templates;
      symlinkPath = cfg.defaultSymlinkPath;
      secretsMountPoint = cfg.defaultSecretsMountPoint;
      extra.userMode = true;
    };
    program = cfg.package;
    validate = cfg.validateSopsFiles;
    host = config.home.username;
    hostKeys = cfg.hostPubKey;
  };

  script = "${pkgs.writeShellScript "sops-nix-user" (
    lib.optionalString (cfg.age.generateKey && cfg.age.keyFile != null) ''
      ${lib.escapeShellArgs [
        "${cfg.package}/bin/secrets"
        "keygen"
        "--if-missing"
        cfg.age.keyFile
      ]} || exit
    ''
    + ''
      exec ${cfg.package}/bin/sops-install-secrets -ignore-passwd ${manifestFile}
    ''
  )}";

  mkdir = "${pkgs.coreutils}/bin/mkdir";
  # The activation of a system, or of a user without a session, has no runtime directory in its environment.
  installNow = ''
    if [[ -v DRY_RUN ]]; then
      echo "would install the secrets of sops"
    else
      sopsRuntime=''${XDG_RUNTIME_DIR:-/run/user/$UID}
      if [[ ! -d $sopsRuntime && $UID == 0 ]]; then
        ${mkdir} -m 0700 "$sopsRuntime"
      elif [[ ! -d $sopsRuntime && ! -d /run/systemd/system ]]; then
        # No login will ever make it here. Another directory in memory serves, if it is the user's own.
        sopsRuntime=/dev/shm/sops-nix-$UID
        [[ -d $sopsRuntime ]] || ${mkdir} -m 0700 "$sopsRuntime"
        if [[ -L $sopsRuntime || ! -O $sopsRuntime ]]; then
          echo "$sopsRuntime belongs to somebody else; set XDG_RUNTIME_DIR to a directory in memory that is yours." >&2
          exit 1
        fi
      fi
      if [[ -d $sopsRuntime ]]; then
        XDG_RUNTIME_DIR="$sopsRuntime" ${
          lib.escapeShellArgs (
            [ "${pkgs.coreutils}/bin/env" ]
            ++ lib.mapAttrsToList (name: value: "${name}=${value}") cfg.environment
            ++ [ script ]
          )
        }
      else
        echo "There is no $sopsRuntime before $USER logs in; sops-nix.service installs the secrets then." >&2
      fi
      unset sopsRuntime
    fi
  '';

  domain = "gui/$(id -u ${lib.escapeShellArg config.home.username})";
  reloadAgent = ''
    if [[ -v DRY_RUN ]]; then
      echo "would install the secrets of sops"
    else
      /bin/launchctl bootout ${domain}/org.nix-community.home.sops-nix && true
      /bin/launchctl bootstrap ${domain} ${lib.escapeShellArg "${config.home.homeDirectory}/Library/LaunchAgents/org.nix-community.home.sops-nix.plist"}
    fi
  '';

  # With a key in GnuPG, whose agent may ask for a passphrase on the screen, secrets wait for the session.
  withSession = cfg.gnupg.home != null;
  early = lib.optionals (!withSession) [
    "basic.target" # every user service with default dependencies comes after it
    "default.target" # wants it, and the session counts as up when secrets are there
  ];
in
{
  config = lib.mkIf (cfg.secrets != { } || cfg.templates != { }) {
    systemd.user.services.sops-nix = lib.mkIf isLinux {
      Unit = {
        Description = "Install the secrets of sops";
        Before =
          early
            ++ lib.optional withSession "graphical-session-pre.target" # wants it, before the programs of the session
            ++ [ "shutdown.target" ]; # default dependencies would say so
        Conflicts = [ "shutdown.target" ];
      }
      # Without them the unit would come after basic.target.
      // lib.optionalAttrs (!withSession) { DefaultDependencies = "no"; };
      Service = {
        Type = "oneshot";
        RemainAfterExit = true;
        # One line of pairs; `%` stands for what systemd puts in its place, as it always did.
        Environment = lib.concatStringsSep " " (
          lib.mapAttrsToList (name: value: builtins.toJSON "${name}=${value}") cfg.environment
        );
        ExecStart = script;
      };
      Install.WantedBy = if withSession then [ "graphical-session-pre.target" ] else [ "default.target" ];
    };

    launchd.agents.sops-nix = {
      enable = true;
      config = {
        Program = script;
        EnvironmentVariables = cfg.environment;
        KeepAlive = false;
        RunAtLoad = true;
        StandardOutPath = "${config.home.homeDirectory}/Library/Logs/SopsNix/stdout";
        StandardErrorPath = "${config.home.homeDirectory}/Library/Logs/SopsNix/stderr";
      };
    };

    # After the new generation's files, among which keys may be, are linked; before user units are started anew, because
    # they may need the secrets.
    home.activation.sops-nix =
      if isLinux then
        lib.hm.dag.entryBetween [ "reloadSystemd" ] [ "linkGeneration" ] installNow
      else
        lib.hm.dag.entryAfter [ "setupLaunchAgents" ] reloadAgent;
  };
}
