# The same for root, whose runtime directory may be missing, with a key that is made and an SSH key.
{
  about = "The home of root.";
  kind = "home";
  module =
    { config, ... }:
    {
      home.username = "root";
      home.homeDirectory = "/root";
      sops.age.keyFile = "${config.home.homeDirectory}/.config/sops/age/keys.txt";
      sops.age.generateKey = true;
      sops.age.sshKeyPaths = [ "${config.home.homeDirectory}/.ssh/id_ed25519" ];
      sops.defaultSopsFile = ./home.yaml;
      sops.secrets.mail = { };
    };
}
