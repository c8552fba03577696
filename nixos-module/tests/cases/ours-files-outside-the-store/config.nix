{
  about = "Files that are read on the host: the unit waits for their file systems.";
  quiet = true;
  wanted = {
    "sections.systemd.services.sops-install-secrets.unitConfig.RequiresMountsFor" = [ "/var/lib/secrets/secrets.yaml" ];
  };
  module =
    {
      services.openssh.enable = true;
      sops.useSystemdActivation = true;
      sops.validateSopsFiles = false;
      sops.defaultSopsFile = "/var/lib/secrets/secrets.yaml";
      sops.secrets.api-token = { };
      sops.secrets.session-key = { };
    };
}
