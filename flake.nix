{
  description = "Secrets on NixOS machines: one small program for sops files, age and SSH keys, at boot and at the desk";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      # macOS comes later; the modules can be imported there already.
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      # `make pkgs ours`, where `ours` are the packages of default.nix.
      eachSystem =
        make:
        lib.genAttrs systems (
          system:
          let
            pkgs = nixpkgs.legacyPackages.${system};
          in
          make pkgs (import ./default.nix { inherit pkgs; })
        );
      both = module: lib.genAttrs [ "default" "sops" ] (_: module);
    in
    {
      packages = eachSystem (
        _: ours: {
          default = ours.secrets;
          inherit (ours) secrets secrets-static sops-install-secrets;
          # Our program under the name `sops`, for those who have no other.
          inherit (ours.secrets) sops;
        }
      );

      overlays.default = import ./nix/overlay.nix;

      # Nix before 2.9 takes no path for a module. What they are is the same either way: each has a `key` of its own.
      nixosModules = both (import ./nixos-module);
      homeModules = both (import ./nixos-module/home-manager.nix);
      # Names that home-manager's users knew first.
      homeManagerModules = self.homeModules;
      homeManagerModule = self.homeModules.default;

      templates = {
        default = self.templates.host;
        host = {
          path = ./templates/host;
          description = "One NixOS machine and its first secret";
        };
        fleet = {
          path = ./templates/fleet;
          description = "Several NixOS machines with shared profiles, secrets in a folder for each host";
        };
        home = {
          path = ./templates/home;
          description = "Secrets of a user with home-manager, on any distribution";
        };
      };

      apps = eachSystem (
        _: ours:
          lib.genAttrs [ "default" "secrets" ] (_: {
            type = "app";
            program = lib.getExe ours.secrets;
            meta.description = "Edit, open, seal and re-key files of secrets";
          })
      );

      checks = eachSystem (
        pkgs: ours:
          {
            package = ours.secrets;
          }
          // import ./nixos-module/tests/vm { inherit pkgs; }
      );

      devShells = eachSystem (pkgs: _: { default = import ./nix/shell.nix { inherit pkgs; }; });

      formatter = eachSystem (pkgs: _: pkgs.nixpkgs-fmt);
    };
}
