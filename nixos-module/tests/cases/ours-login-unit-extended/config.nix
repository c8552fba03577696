{
  about = "Relations for the unit of the login set, which a script installs.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.billing-hash.neededForUsers = true;
      systemd.services.sops-install-secrets-for-users.after = [ "persist.service" ];
      systemd.services.sops-install-secrets.after = [ "persist.service" ];
    };
}
