# A host as NixOS makes it by default: activation scripts install, and make the age key that is missing.
{
  about = "The host whose activation scripts are run.";
  module =
    { config, ... }:
    {
      services.openssh.enable = true;
      users.users.alice = {
        isNormalUser = true;
        hashedPasswordFile = config.sops.secrets.alice-password.path;
      };
      users.users.app = {
        isSystemUser = true;
        group = "app";
      };
      users.groups.app = { };

      sops.age.keyFile = "/var/lib/sops-nix/key.txt";
      sops.age.generateKey = true;
      sops.defaultSopsFile = ./secrets.yaml;
      sops.secrets = {
        alice-password.neededForUsers = true;
        "app/token" = {
          owner = "app";
          restartUnits = [ "app.service" ];
        };
        tls-key = {
          mode = "0440";
          group = "app";
          reloadUnits = [ "proxy.service" ];
        };
      };
    };
}
