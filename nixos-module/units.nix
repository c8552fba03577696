# Installation by systemd units, where users are made by a unit or where the configuration asks for it.
{ config
, options
, lib
, pkgs
, utils
, ...
}:
let
  cfg = config.sops;
  sets = import ./sets.nix { inherit config lib pkgs; };
  byUnit = import ./by-unit.nix { inherit config options; };
  whereabouts = import ./whereabouts.nix { inherit config lib; };
  mounts = import ./mounts.nix { inherit config lib; };

  # A path with a blank would be two, and `%` begins a specifier.
  mountFor =
    path:
    let
      escaped = lib.replaceStrings [ "%" ] [ "%%" ] path;
    in
    if builtins.match "[^[:space:]]*" path != null then escaped else ''"${escaped}"'';

  unit = set: flags: relations: {
    description = relations.description;
    inherit (relations)
      after
      before
      wantedBy
      requiredBy
      ;
    environment = cfg.environment // {
      # A unit is started while switching, when nobody reads lists of units to restart any more.
      SOPS_RESTART_UNITS_VIA_SYSTEMCTL = "1";
    };
    path = cfg.age.plugins;
    unitConfig = {
      # Every ordinary service comes after sysinit.target by its default dependencies; this one is what they wait for.
      DefaultDependencies = "no";
      RequiresMountsFor = lib.unique (map (item: mountFor item.path) (builtins.filter (item: relations.waitsFor item.path) (whereabouts.of set)));
    };
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      # Here, because the mount of its directory is there now.
      ExecStartPre = lib.mkIf (cfg.age.generateKey && cfg.age.keyFile != null && relations.waitsFor cfg.age.keyFile) [
        (utils.escapeSystemdExecArgs [
          "${cfg.package}/bin/secrets"
          "keygen"
          "--if-missing"
          cfg.age.keyFile
        ])
      ];
      ExecStart = [ "${cfg.package}/bin/sops-install-secrets ${flags}${set.manifest}" ];
    };
  };

  regular = {
    description = "Install secrets";
    after = [
      "local-fs.target" # key files and links lie in file systems
      "systemd-sysusers.service" # owners have to exist
      "userborn.service" # likewise
    ];
    before = [
      "sysinit.target" # and so before every service with default dependencies (sops-nix#979)
      "sysinit-reactivation.target" # while switching, before the services that are restarted after it
      "shutdown.target" # default dependencies would say so
    ];
    wantedBy = [ "sysinit.target" ];
    requiredBy = [ "sysinit-reactivation.target" ]; # a changed manifest is installed while switching
    waitsFor = _: true;
  };
  late = regular // {
    after = regular.after ++ [
      "remote-fs.target" # the key lies in a network file system
      "sockets.target" # a plugin asks a daemon such as pcscd, which its socket starts
    ];
    before = [
      "multi-user.target" # the system is up when secrets are there
      "sysinit-reactivation.target" # see above; nothing else orders the two while switching
      "shutdown.target"
    ];
    wantedBy = [ "multi-user.target" ];
  };
  # While activation scripts install, the unit is there for those who require it or order themselves after it; nothing
  # starts it by itself, and then it finds everything installed.
  onDemand = regular // {
    before = [ "shutdown.target" ];
    wantedBy = [ ];
    requiredBy = [ ];
  };
  login = {
    description = "Install secrets needed for users";
    # No `after`: users are made before most of the file systems are there. RequiresMountsFor names those of the keys.
    after = [ ];
    before = [
      "systemd-sysusers.service" # makes the users whose passwords these are
      "userborn.service" # likewise; it is an alias of the former where it is on
      "shutdown.target" # default dependencies would say so
    ];
    wantedBy = [ "systemd-sysusers.service" ];
    requiredBy = [ ];
    # Users are made long before the network is up: with `sops.late`, waiting for its file systems would be a cycle.
    waitsFor = path: mounts.network path == [ ];
  };

  # Configurations add relations to our units on hosts that have none of them: all secrets are gone, or a script installs.
  # There the name stands for a unit that succeeds at once, where upstream leaves one without a command.
  isThere = {
    sops-install-secrets = !sets.regular.isEmpty;
    sops-install-secrets-for-users = !sets.login.isEmpty && byUnit.login;
  };
  withCommand =
    { name, ... }:
    {
      config = lib.mkIf (!(isThere.${name} or true)) {
        description = lib.mkDefault "Install secrets, of which there are none for a unit";
        serviceConfig.Type = lib.mkDefault "oneshot";
        serviceConfig.ExecStart = [ "${pkgs.coreutils}/bin/true" ];
      };
    };
in
{
  options.systemd.services = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule withCommand);
  };

  config.systemd.services = {
    sops-install-secrets = lib.mkIf isThere.sops-install-secrets (
      unit sets.regular ""
        (
          if !byUnit.regular then
            onDemand
          else if cfg.late then
            late
          else
            regular
        )
      // {
        conflicts = [ "shutdown.target" ]; # default dependencies would say so
      }
    );
    sops-install-secrets-for-users = lib.mkIf isThere.sops-install-secrets-for-users (
      unit sets.login "-ignore-passwd " login
      // {
        conflicts = [ "shutdown.target" ];
      }
    );
  };
}
