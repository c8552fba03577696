{
  description = "One NixOS machine and its secrets";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    # Write here where you have `secrets` from.
    secrets.url = "git+https://git.example.org/secrets";
    secrets.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { nixpkgs, secrets, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [
        secrets.nixosModules.default
        ./configuration.nix
        ./hardware-configuration.nix
      ];
    };
  };
}
