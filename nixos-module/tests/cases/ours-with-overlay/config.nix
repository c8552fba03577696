{
  about = "The package comes by the overlay as well; the modules do not mind.";
  quiet = true;
  module =
    { pkgs, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      nixpkgs.overlays = [ (import ../../../../nix/overlay.nix) ];
      environment.systemPackages = [ pkgs.secrets ];
      sops.package = pkgs.sops-install-secrets;
      sops.secrets.api-token = { };
    };
}
