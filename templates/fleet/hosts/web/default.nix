{
  imports = [
    ./hardware-configuration.nix
  ];

  # The machine's own secrets: encrypted for it and for you.
  sops.defaultSopsFile = ./secrets.yaml;
  sops.secrets."tls/key" = {
    mode = "0440";
    group = "nginx";
    reloadUnits = [ "nginx.service" ];
  };
  services.nginx.enable = true;
}
