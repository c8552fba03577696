# Switching to a configuration with a changed secret installs it and restarts the units that asked for that, and no other.
{
  nodes.machine =
    { lib, ... }:
    {
      imports = [ ./machine.nix ];
      sops.secrets.token = {
        key = "api-token";
        restartUnits = [ "billing.service" ];
      };
      systemd.services =
        lib.genAttrs
          [
            "billing"
            "other"
          ]
          (_: {
            wantedBy = [ "multi-user.target" ];
            script = "exec sleep infinity";
          });
      specialisation.changed.configuration.sops.secrets.token.key = lib.mkForce "session-key";
    };

  testScript = ''
    def started(unit):
        return machine.succeed(f"systemctl show -P ActiveEnterTimestampMonotonic {unit}.service").strip()

    machine.wait_for_unit("multi-user.target")
    billing, other = started("billing"), started("other")
    machine.succeed("/run/current-system/specialisation/changed/bin/switch-to-configuration test")
    assert machine.succeed("cat /run/secrets/token") == "key-of-the-session"
    machine.wait_until_succeeds("systemctl is-active billing.service")
    assert started("billing") != billing
    assert started("other") == other
  '';
}
