{
  about = "The script's text inside a unit of the configuration, and our scripts in `deps`.";
  quiet = true;
  module =
    { config, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "/var/lib/sops-nix/key.txt";
      sops.age.generateKey = true;
      sops.secrets.api-token = { };
      sops.secrets.billing-hash.neededForUsers = true;
      systemd.services.secrets-again = {
        wantedBy = [ "multi-user.target" ];
        script = config.system.activationScripts.setupSecrets.text;
      };
      system.activationScripts.after-all = {
        deps = [
          "generate-age-key"
          "setupSecrets"
          "setupSecretsForUsers"
        ];
        text = "echo ready";
      };
    };
}
