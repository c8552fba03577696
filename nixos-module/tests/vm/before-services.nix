# A service with nothing but default dependencies finds its secret, with owner and mode, the first time it starts.
{
  nodes.machine =
    { config, ... }:
    {
      imports = [ ./machine.nix ];
      users.users.billing = {
        isSystemUser = true;
        group = "billing";
      };
      users.groups.billing = { };
      sops.useSystemdActivation = true;
      sops.secrets.api-token = {
        owner = "billing";
        mode = "0440";
      };
      systemd.services.billing = {
        wantedBy = [ "multi-user.target" ];
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          User = "billing";
        };
        script = "cat ${config.sops.secrets.api-token.path}; stat -Lc '%a %U %G' ${config.sops.secrets.api-token.path}";
      };
    };

  testScript = ''
    machine.wait_for_unit("billing.service")
    machine.succeed("journalctl -u billing.service | grep -F '440 billing billing'")
    assert machine.succeed("systemctl show -P NRestarts billing.service").strip() == "0"
  '';
}
