# With `sops.late` secrets are installed after the network file systems, and before the system counts as up.
{
  nodes.machine = {
    imports = [ ./machine.nix ];
    sops.late = true;
    sops.secrets.api-token = { };
    systemd.services.reader = {
      wantedBy = [ "multi-user.target" ];
      requires = [ "sops-install-secrets.service" ];
      after = [ "sops-install-secrets.service" ];
      serviceConfig.Type = "oneshot";
      serviceConfig.RemainAfterExit = true;
      script = "cat /run/secrets/api-token";
    };
  };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("systemctl is-active reader.service")
    after = machine.succeed("systemctl show -P After sops-install-secrets.service").split()
    assert {"remote-fs.target", "sockets.target"} <= set(after), after
  '';
}
