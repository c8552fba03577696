# A host whose users are made by a unit: the login set and the others are installed by units as well.
{
  about = "The machine that boots.";
  module =
    { config, ... }:
    {
      services.openssh.enable = true;
      services.userborn.enable = true;
      users.users.alice = {
        isNormalUser = true;
        hashedPasswordFile = config.sops.secrets.alice-password.path;
      };
      users.users.app = {
        isSystemUser = true;
        group = "app";
      };
      users.groups.app = { };

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
          path = "/etc/app/tls.key";
          reloadUnits = [ "proxy.service" ];
        };
        quiet = { };
      };
      sops.templates."app.toml" = {
        owner = "app";
        content = ''token = "${config.sops.placeholder."app/token"}"'';
      };
    };
}
