# A stand-in for nixpkgs, as an input of real flakes: `lib` with nixosSystem, and packages. `lib` and `stubs` are put beside
# this file.
{
  outputs =
    _:
    let
      lib = import ./lib;
      nixosSystem =
        { system
        , modules
        , specialArgs ? { }
        ,
        }:
        let
          evaluation = lib.evalModules {
            class = "nixos";
            specialArgs = specialArgs // {
              utils.escapeSystemdExecArgs = toString;
            };
            modules = import ./stubs/nixos.nix
              {
                inherit lib;
                accepts = [ "services.nginx" "services.postgresql" ];
              } ++ modules;
          };
          inherit (evaluation) config;
          failed = map (check: check.message) (builtins.filter (check: !check.assertion) config.assertions);
          toplevel = builtins.derivation {
            name = "nixos-system";
            inherit system;
            builder = "/nothing-is-built-here";
            # What a change of would restart.
            units = builtins.toJSON (lib.mapAttrs (_: unit: { inherit (unit) after serviceConfig; }) config.systemd.services);
            scripts = builtins.toJSON config.system.activationScripts;
          };
        in
        evaluation
        // {
          config = lib.recursiveUpdate config {
            system.build.toplevel =
              if failed == [ ] then toplevel else throw "\nFailed assertions:\n${lib.concatMapStrings (message: "- ${message}\n") failed}";
          };
        };
    in
    {
      lib = lib // {
        inherit nixosSystem;
      };
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (
        system:
        let
          pkgs = import ./stubs/pkgs.nix { inherit lib system; };
        in
        pkgs
        // {
          pkgsStatic = pkgs;
          mkShell = _: pkgs.hello;
        }
      );
    };
}
