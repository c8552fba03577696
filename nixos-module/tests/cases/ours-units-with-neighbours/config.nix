{
  about = "Installation by units beside what other modules order: agenix, impermanence, encrypted disks.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      services.userborn.enable = true;
      sops.age.keyFile = "/persist/key.txt";
      sops.age.generateKey = true;
      fileSystems."/persist" = {
        device = "/dev/mapper/persist";
        fsType = "ext4";
        neededForBoot = true;
      };
      sops.secrets.api-token = { };
      sops.secrets.billing-hash.neededForUsers = true;
      systemd.services.agenix-install-secrets = {
        wantedBy = [ "sysinit.target" ];
        after = [ "systemd-sysusers.service" ];
        unitConfig.DefaultDependencies = "no";
        serviceConfig.Type = "oneshot";
        serviceConfig.ExecStart = "/bin/true";
      };
    };
}
