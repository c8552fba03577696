# What has to be mounted before secrets can be opened: paths, each with the option that names it.
{ config, lib }:
let
  cfg = config.sops;
  files = import ./files.nix { inherit lib; };
  named = option: map (path: { inherit option path; });
in
rec {
  age =
    named "sops.age.keyFile" (lib.optional (cfg.age.keyFile != null) cfg.age.keyFile)
    ++ named "sops.age.sshKeyPaths" cfg.age.sshKeyPaths;

  # Of no use yet, and waited for as upstream does.
  gnupg =
    named "sops.gnupg.home" (lib.optional (cfg.gnupg.home != null) cfg.gnupg.home)
    ++ named "sops.gnupg.sshKeyPaths" cfg.gnupg.sshKeyPaths;

  # Encrypted files that are not in the store are read from where they are.
  filesOutside =
    secrets:
    lib.concatLists (
      lib.mapAttrsToList
        (
          attribute: secret:
          lib.optional (builtins.isString secret.sopsFile && !files.isInStore secret.sopsFile) {
            option = "sops.secrets.${lib.strings.escapeNixIdentifier attribute}.sopsFile";
            path = secret.sopsFile;
          }
        )
        secrets
    );

  # All that a unit waits for.
  of = set: gnupg ++ age ++ filesOutside set.secrets;
}
