{
  about = "Immutable users whose passwords are all secrets.";
  warns = [ "users.mutableUsers" "operator" ];
  module =
    { config, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      users.mutableUsers = false;
      users.users.operator = {
        isNormalUser = true;
        hashedPasswordFile = config.sops.secrets.billing-hash.path;
      };
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
