{
  about = "What configurations force: PATH of the module, the launchd agent, the unit, the order.";
  kind = "home";
  quiet = true;
  module =
    { lib, ... }:
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.environment.PATH = lib.mkForce "/run/wrappers/bin";
      sops.secrets.api-token = { };
      launchd.agents.sops-nix.config.EnvironmentVariables.PATH = lib.mkForce "/usr/bin";
      systemd.user.services.sops-nix.Unit.After = [ "gpg-agent.socket" ];
      systemd.user.services.mail = {
        Unit.After = [ "sops-nix.service" ];
        Service.ExecStart = "/bin/mail";
      };
      home.activation.after-secrets = lib.hm.dag.entryAfter [ "sops-nix" ] "echo ready";
    };
}
