{
  about = "Shared profiles add to our units, and to others, on a host without secrets.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      systemd.services.sops-install-secrets.after = [ "pcscd.service" ];
      systemd.services.sops-install-secrets-for-users.unitConfig.ConditionPathExists = "/persist";
      systemd.services.app = {
        after = [ "sops-install-secrets.service" ];
        serviceConfig.ExecStart = "/bin/app";
      };
    };
}
