{ config, lib, pkgs, ... }:
{
  networking.hostName = "web";
  users.users.admin = {
    isNormalUser = true;
    extraGroups = [ "wheel" ];
    # A password that is a secret is in place before users are made. Give somebody an SSH key as well, for the day on
    # which a secret does not open.
    hashedPasswordFile = config.sops.secrets.admin-password.path;
  };

  # The machine opens its secrets with its SSH host key.
  services.openssh.enable = true;

  sops.defaultSopsFile = ./secrets.yaml;
  # With the public key beside this file, a build fails when the machine could not open one of its files.
  sops.hostPubKey = lib.mkIf (builtins.pathExists ./ssh_host_ed25519_key.pub) ./ssh_host_ed25519_key.pub;

  sops.secrets = {
    admin-password.neededForUsers = true;
    # /run/secrets/backup/password, for root alone.
    "backup/password" = { };
  };

  # A secret inside a file of another form: /run/secrets/rendered/backup.env.
  sops.templates."backup.env".content = ''
    RESTIC_PASSWORD=${config.sops.placeholder."backup/password"}
  '';

  systemd.services.backup = {
    description = "an example of a service that reads a secret";
    # Secrets are there before any service starts; nothing has to be said about order.
    wantedBy = [ "multi-user.target" ];
    serviceConfig = {
      Type = "oneshot";
      EnvironmentFile = config.sops.templates."backup.env".path;
      ExecStart = "${pkgs.coreutils}/bin/true";
    };
  };

  system.stateVersion = "25.11";
}
