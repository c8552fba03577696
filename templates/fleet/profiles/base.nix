# What every machine has.
{ config, lib, ... }:
let
  publicKey = ../hosts + "/${config.networking.hostName}/ssh_host_ed25519_key.pub";
in
{
  # Each machine opens its secrets with its SSH host key.
  services.openssh.enable = true;

  # With a machine's public key in its folder, its build fails when it could not open one of its files.
  sops.hostPubKey = lib.mkIf (builtins.pathExists publicKey) publicKey;

  # For all machines: encrypted for every one of them.
  sops.secrets."monitoring/token" = {
    sopsFile = ./shared.yaml;
    restartUnits = [ "monitoring-agent.service" ];
  };

  system.stateVersion = "25.11";
}
