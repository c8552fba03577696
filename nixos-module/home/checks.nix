# Assertions and warnings of the home-manager module.
{ config
, options
, lib
, ...
}:
let
  cfg = config.sops;
  checks = import ../checks.nix { inherit lib; };
  files = import ../files.nix { inherit lib; };
  secrets = checks.listed "secrets" cfg.secrets;
  templates = checks.listed "templates" cfg.templates;
  inherit (cfg.gnupg) home sshKeyPaths qubes-split-gpg;

  keySource =
    lib.optional
      (
        home == null
        && sshKeyPaths == [ ]
        && !qubes-split-gpg.enable
        && cfg.age.keyFile == null
        && cfg.age.sshKeyPaths == [ ]
      )
      "no key is configured to open the secrets of sops. Name one in sops.age.keyFile (with sops.age.generateKey it is made) or sops.age.sshKeyPaths, for instance \${config.home.homeDirectory}/.ssh/id_ed25519";
  oneGnupg = lib.optional
    (
      lib.count (used: used) [
        (home != null)
        (sshKeyPaths != [ ])
        qubes-split-gpg.enable
      ] > 1
    ) "only one of sops.gnupg.home, sops.gnupg.sshKeyPaths and sops.gnupg.qubes-split-gpg.enable can be used; remove the others";
  domain = lib.optional
    (
      qubes-split-gpg.enable
      && builtins.elem qubes-split-gpg.domain [
        null
        ""
      ]
    ) "sops.gnupg.qubes-split-gpg.enable needs sops.gnupg.qubes-split-gpg.domain, the qube that holds the keys, such as \"vault-gpg\"";

  # Upstream looks at files of users while building, without asking for them to be in the store.
  missing =
    lib.concatMap
      (
        item:
        lib.optional (!files.exists item.entry.sopsFile)
          "${item.option}.sopsFile: ${toString item.entry.sopsFile} does not exist. If it does on your disk: a flake sees only the files that git tracks, so `git add` it"
      )
      (
        builtins.filter
          (
            item: builtins.isPath item.entry.sopsFile || files.isInStore item.entry.sopsFile
          )
          secrets
      );
in
{
  config = lib.mkIf (secrets != [ ] || templates != [ ]) {
    assertions =
      map
        (message: {
          assertion = false;
          inherit message;
        })
        (
          keySource
          ++ oneGnupg
          ++ domain
          ++ lib.optionals cfg.validateSopsFiles missing
          ++ checks.names secrets templates
          ++ checks.paths (secrets ++ templates)
          ++ checks.modes (secrets ++ templates)
          ++ checks.leaves secrets
          ++ checks.generateKey cfg
        );
    warnings =
      checks.openModes (secrets ++ templates)
      ++ checks.keyEnvironment cfg
      ++ checks.hostKeyUnused cfg
      ++ checks.gnupg (import ../asks-for-gpg.nix { inherit lib cfg options; });
  };
}
