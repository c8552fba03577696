# Assertions and warnings of the NixOS module. Each names the option, the secret and a way out.
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
  checks = import ./checks.nix { inherit lib; };
  mounts = import ./mounts.nix { inherit config lib; };
  whereabouts = import ./whereabouts.nix { inherit config lib; };

  all = checks.listed "secrets" cfg.secrets;
  regular = checks.listed "secrets" (sets.regular.secrets // sets.regular.again);
  login = checks.listed "secrets" sets.login.secrets;
  templates = checks.listed "templates" cfg.templates;
  isUsed = all != [ ] || templates != [ ];

  scripts = !byUnit.regular && !sets.regular.isEmpty || !byUnit.login && !sets.login.isEmpty;
  # What installation cannot do without, by script or by unit.
  needed = secrets: whereabouts.age ++ whereabouts.filesOutside secrets;
  # A unit waits for more than it needs.
  waitedFor = lib.unique (needed cfg.secrets ++ lib.optionals byUnit.regular (whereabouts.of sets.regular));

  keySource =
    lib.optional
      (
        cfg.gnupg.home == null
        && cfg.gnupg.sshKeyPaths == [ ]
        && cfg.age.keyFile == null
        && cfg.age.sshKeyPaths == [ ]
      )
      "no key is configured to open the secrets of sops. Set services.openssh.enable = true, whose host keys then open them, or name one in sops.age.keyFile or sops.age.sshKeyPaths";
  oneGnupg =
    lib.optional (cfg.gnupg.home != null && cfg.gnupg.sshKeyPaths != [ ])
      "only one of sops.gnupg.home and sops.gnupg.sshKeyPaths can be used. The second holds the RSA host keys of OpenSSH by default: set sops.gnupg.sshKeyPaths = [ ]";

  nameOrNumber =
    item: name: number:
    lib.optional (item.entry.${number} != null && item.entry.${number} != 0 && item.entry.${name} != null)
      "${item.option}: ${name} (`${item.entry.${name}}`) and ${number} (${
        toString item.entry.${number}
      }) exclude each other; leave ${number} out, or set ${name} = null";
  templateNameOrNumber =
    item: name: number:
    lib.optional (item.entry.${name} != null && item.entry.${number} != 0)
      "${item.option}: ${name} (`${item.entry.${name}}`) and ${number} (${
        toString item.entry.${number}
      }) exclude each other; leave ${number} out, or set ${name} = null";
  numbers = lib.concatMap (
    item:
    lib.concatMap
      (
        name:
        let
          number = item.entry.${name};
        in
        lib.optional
          (
            number != null && (number < 0 || number > 4294967294)
          ) "${item.option}.${name}: ${toString number} is not the number of an account; use 0 to 4294967294"
      )
      [
        "uid"
        "gid"
      ]
  );

  # The login set is installed before there are users.
  ofRoot =
    item:
    lib.optional
      (
        item.entry.uid != 0 && item.entry.owner != "root" || item.entry.gid != 0 && item.entry.group != "root"
      )
      "${item.option} is neededForUsers and so is installed before users exist: it belongs to root. Remove owner, uid, group and gid, or install it once more, as another secret with the same `key`";
  mutable =
    lib.optional
      (
        login != [ ]
        && (options.systemd ? sysusers && config.systemd.sysusers.enable)
        && !config.users.mutableUsers
      )
      "${
        lib.concatMapStringsSep ", " (item: "${item.option}.neededForUsers") login
      } together with systemd.sysusers.enable needs users.mutableUsers = true: systemd-sysusers reads passwords of immutable users while the system is built. With services.userborn.enable = true in its place both work (see sops-nix issue 475)";

  network = lib.concatMap
    (
      key:
      map
        (
          mount:
          "${key.option}: ${key.path} lies on the network file system ${mount}, which is mounted after the ordinary time of secrets. Set sops.late = true, or ${
        "fileSystems.${lib.strings.escapeNixIdentifier mount}.neededForBoot"
      } = true"
        )
        (mounts.network key.path)
    )
    waitedFor;
  # Where a unit makes the users, systemd makes them before it mounts anything (userborn, systemd-tmpfiles-setup-dev,
  # local-fs-pre.target, mounts): waiting for a mount would be a cycle.
  loginMounts = lib.concatMap
    (
      key:
      map
        (
          mount:
          "${key.option}: ${key.path} lies on ${mount}, which is mounted after users are made, and secrets that are neededForUsers (${
        lib.concatMapStringsSep ", " (item: item.option) login
      }) come before that. Set fileSystems.${lib.strings.escapeNixIdentifier mount}.neededForBoot = true"
        )
        (mounts.notForBoot key.path)
    )
    (whereabouts.of sets.login);
  # The key would be made in the directory that the mount hides a moment later.
  generatedBelowMount =
    lib.optionals (cfg.age.generateKey && cfg.age.keyFile != null && scripts) (
      map
        (
          mount:
          "sops.age.generateKey makes ${cfg.age.keyFile} (sops.age.keyFile) on ${mount}, which is not mounted yet when activation scripts run at boot. Set fileSystems.${lib.strings.escapeNixIdentifier mount}.neededForBoot = true, or sops.useSystemdActivation = true"
        )
        (mounts.notForBoot cfg.age.keyFile)
    );
  lateNeedsUnit =
    lib.optional (cfg.late && !cfg.useSystemdActivation)
      "sops.late orders the unit that installs secrets, and sops.useSystemdActivation = false asks for an activation script; remove one of the two";

  # Warnings.

  loginOwners =
    let
      found = builtins.filter
        (
          item:
          !builtins.elem item.entry.owner [
            null
            "root"
          ]
          || !builtins.elem item.entry.group [
            null
            "root"
          ]
        )
        login;
    in
    lib.optional (found != [ ]) "${
      lib.concatMapStringsSep ", " (item: item.option) found
    }: a secret that is neededForUsers belongs to root whatever `owner` and `group` say, because users do not exist yet. Remove them, or declare another secret with the same `key` for that user";

  # Users are installed by a script before systemd mounts what is not needed for boot.
  lateMounts =
    let
      found = builtins.filter (item: item.mounts != [ ]) (
        map (key: key // { mounts = mounts.notForBoot key.path; }) (needed cfg.secrets)
      );
    in
    lib.optionals scripts (
      map
        (
          key:
          let
            mount = builtins.head key.mounts;
          in
          "${key.option}: ${key.path} lies on ${mount}, which is not mounted yet when activation scripts run at boot. Set fileSystems.${lib.strings.escapeNixIdentifier mount}.neededForBoot = true, or sops.useSystemdActivation = true"
        )
        found
    );
  lateLogin =
    lib.optional (cfg.late && login != [ ] && lib.any (key: mounts.network key.path != [ ]) (needed sets.login.secrets))
      "sops.late does not hold for secrets that are neededForUsers (${
        lib.concatMapStringsSep ", " (item: item.option) login
      }): users are made before network file systems are mounted, so a key or an encrypted file there is of no use for them. Name a local one as well";

  # Who could still log in if no secret opened.
  lockout =
    let
      users = builtins.filter (user: user.enable or true) (builtins.attrValues config.users.users);
      secretPaths = map (item: item.entry.path) all;
      bySecret = builtins.filter
        (
          user: user.hashedPasswordFile != null && builtins.elem user.hashedPasswordFile secretPaths
        )
        users;
      otherwise = builtins.filter
        (
          user:
          user.hashedPasswordFile != null && !builtins.elem user.hashedPasswordFile secretPaths
          || user.hashedPassword != null && !lib.hasPrefix "!" user.hashedPassword
          || user.password or null != null
          || user.initialPassword or null != null
          || user.initialHashedPassword or null != null
          || user.openssh.authorizedKeys.keys != [ ]
          || user.openssh.authorizedKeys.keyFiles != [ ]
        )
        users;
    in
    lib.optional (!config.users.mutableUsers && bySecret != [ ] && otherwise == [ ])
      "users.mutableUsers is false and every password comes from a secret (${
        lib.concatMapStringsSep ", " (user: user.name) bySecret
      }): if the secrets do not open on this host, nobody can log in. Give one account an SSH key or a hashedPassword, or set users.mutableUsers = true";

  assertions =
    keySource
    ++ oneGnupg
    ++ lib.optionals cfg.validateSopsFiles (
      lib.concatMap (item: nameOrNumber item "owner" "uid" ++ nameOrNumber item "group" "gid") all
      ++ checks.sopsFiles all
    )
    ++ lib.concatMap
      (
        item: templateNameOrNumber item "owner" "uid" ++ templateNameOrNumber item "group" "gid"
      )
      templates
    ++ numbers (all ++ templates)
    ++ lib.concatMap ofRoot login
    ++ mutable
    ++ checks.names regular templates
    ++ checks.names login [ ]
    ++ checks.paths (all ++ templates)
    ++ checks.modes (all ++ templates)
    ++ checks.leaves all
    ++ checks.generateKey cfg
    ++ lib.optionals (!cfg.late) network
    ++ lib.optionals (byUnit.login && login != [ ]) loginMounts
    ++ generatedBelowMount
    ++ lateNeedsUnit;
in
{
  config = lib.mkIf isUsed {
    assertions = map
      (message: {
        assertion = false;
        inherit message;
      })
      assertions;
    warnings =
      checks.openModes (all ++ templates)
      ++ checks.keyEnvironment cfg
      ++ checks.hostKeyUnused cfg
      ++ checks.gnupg (import ./asks-for-gpg.nix { inherit lib cfg options; })
      ++ loginOwners
      ++ lateMounts
      ++ lateLogin
      ++ lockout;
  };
}
