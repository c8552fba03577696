{
  description = "Several NixOS machines: a folder for each, and profiles that they share";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # Write here where you have `secrets` from.
    secrets.url = "git+https://git.example.org/secrets";
    secrets.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { nixpkgs, secrets, ... }:
    let
      inherit (nixpkgs) lib;
      # A new machine is a new folder in hosts/.
      hosts = builtins.attrNames (builtins.readDir ./hosts);
      host = name: lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          secrets.nixosModules.default
          ./profiles/base.nix
          (./hosts + "/${name}")
          { networking.hostName = name; }
        ];
      };
    in
    {
      nixosConfigurations = lib.genAttrs hosts host;
    };
}
