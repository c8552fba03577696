# Whether the configuration itself names a source of PGP keys. RSA host keys are one by default, on hosts of people who
# never heard of PGP.
{ lib
, cfg
, options
,
}:
cfg.secrets != { }
  && (
  cfg.gnupg.home != null
  || cfg.gnupg.qubes-split-gpg.enable or false
  || cfg.gnupg.sshKeyPaths != [ ]
  && options.sops.gnupg.sshKeyPaths.highestPrio < (lib.mkOptionDefault null).priority
)
