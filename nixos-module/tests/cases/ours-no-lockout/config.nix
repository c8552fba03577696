{
  about = "Immutable users, one of whom has an SSH key.";
  quiet = true;
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
      users.users.root.openssh.authorizedKeys.keys = [ "ssh-ed25519 AAAA" ];
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
