{
  about = "`generate-age-key` is named in `deps` where a unit generates the key.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.useSystemdActivation = true;
      sops.age.keyFile = "/var/lib/sops-nix/key.txt";
      sops.age.generateKey = true;
      sops.secrets.api-token = { };
      system.activationScripts.after-key = {
        deps = [ "generate-age-key" ];
        text = "echo ready";
      };
    };
}
