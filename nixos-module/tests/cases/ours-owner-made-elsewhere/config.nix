{
  about = "An owner that NixOS does not declare, with a group of its own; an account whose name is another.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      users.users.web-server = {
        isSystemUser = true;
        name = "nginx";
        group = "nginx";
      };
      sops.secrets.api-token = {
        owner = "from-ldap";
        group = "from-ldap";
      };
      sops.secrets.session-key.owner = "nginx";
    };
}
