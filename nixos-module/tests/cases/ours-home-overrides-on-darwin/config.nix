{
  about = "What configurations force on macOS: PATH of the module, the launchd agent, the activation entry.";
  kind = "home";
  system = "aarch64-darwin";
  quiet = true;
  module =
    { lib, ... }:
    {
      home.username = "operator";
      home.homeDirectory = "/Users/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "/Users/operator/.key.txt";
      sops.environment.PATH = lib.mkForce "/opt/bin:/usr/bin";
      sops.secrets.api-token = { };
      launchd.agents.sops-nix = {
        enable = lib.mkForce false;
        config = {
          EnvironmentVariables.PATH = lib.mkForce "/usr/bin";
          StandardErrorPath = lib.mkForce "/dev/null";
          KeepAlive = lib.mkForce true;
        };
      };
      home.activation.sops-nix = lib.mkForce (lib.hm.dag.entryAnywhere "echo by hand");
    };
}
