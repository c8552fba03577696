{
  about = "Key sources in the environment.";
  warns = [ "sops.environment.SOPS_AGE_KEY_FILE" "sops.age.keyFile" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.environment = {
        SOPS_AGE_KEY_FILE = "/root/key.txt";
        SOPS_AGE_SSH_PRIVATE_KEY_FILE = "/root/.ssh/id_ed25519";
        AGE_PLUGIN_OPTION = "x";
      };
      sops.secrets.api-token = { };
    };
}
