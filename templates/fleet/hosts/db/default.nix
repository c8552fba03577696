{
  imports = [
    ./hardware-configuration.nix
    ../../profiles/database.nix
  ];

  # The machine's own secrets: encrypted for it and for you.
  sops.defaultSopsFile = ./secrets.yaml;
  # Those of the profile are in it.
}
