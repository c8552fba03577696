{
  about = "Users are made by a unit, and their secrets must not wait for the network: that would be a cycle.";
  warns = [ "sops.late" "sops.secrets.billing-hash" ];
  wanted = {
    "sections.systemd.services.sops-install-secrets.unitConfig.RequiresMountsFor" = [ "/net/key.txt" ];
    "sections.systemd.services.sops-install-secrets.serviceConfig.ExecStartPre" = [ "\"{store}/secrets-0.1.0/bin/secrets\" \"keygen\" \"--if-missing\" \"/net/key.txt\"" ];
  };
  module =
    {
      services.openssh.enable = true;
      services.userborn.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.late = true;
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs4";
      };
      sops.age.keyFile = "/net/key.txt";
      sops.age.generateKey = true;
      sops.secrets.api-token = { };
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
