# What the machines have in common: the module, and the burnt host key that opens the files of `../cases/files`.
{ config, lib, ... }:
let
  key = ../../../fixtures/sops/vectors/keys/ssh-ed25519;
  login = lib.any (secret: secret.neededForUsers) (builtins.attrValues config.sops.secrets);
  regular = lib.any (secret: !secret.neededForUsers) (builtins.attrValues config.sops.secrets);
  accountsByUnit = config.systemd.sysusers.enable || config.services.userborn.enable;
in
{
  imports = [ ../.. ];

  services.openssh = {
    enable = true;
    hostKeys = [
      {
        type = "ed25519";
        path = "/etc/ssh/ssh_host_ed25519_key";
      }
    ];
  };

  # A machine that was installed earlier has its host key. This one gets it before anything looks for it; a private
  # key in the store is for tests alone.
  system.activationScripts = {
    burntHostKey = lib.stringAfter [ "specialfs" ] ''
      mkdir -p /etc/ssh
      install -m 0600 ${key} /etc/ssh/ssh_host_ed25519_key
    '';
    setupSecretsForUsers = lib.mkIf (login && !accountsByUnit) { deps = [ "burntHostKey" ]; };
    setupSecrets = lib.mkIf (regular && !config.sops.useSystemdActivation) { deps = [ "burntHostKey" ]; };
  };

  sops.defaultSopsFile = ../cases/files/secrets.yaml;
}
