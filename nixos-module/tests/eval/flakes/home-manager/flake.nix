# A stand-in for home-manager, as an input of real flakes.
{
  inputs.nixpkgs.url = "path:/replaced";

  outputs =
    { nixpkgs, ... }:
    let
      lib = import "${nixpkgs}/stubs/lib-home.nix" nixpkgs.lib;
      homeManagerConfiguration =
        { pkgs, modules }:
        let
          evaluation = lib.evalModules {
            class = "homeManager";
            specialArgs = { inherit lib; };
            modules = import "${nixpkgs}/stubs/home.nix"
              {
                inherit lib;
                systemPkgs = pkgs;
              } ++ modules;
          };
          inherit (evaluation) config;
          failed = map (check: check.message) (builtins.filter (check: !check.assertion) config.assertions);
        in
        evaluation
        // {
          activationPackage =
            if failed == [ ] then
              builtins.derivation
                {
                  name = "home";
                  inherit (pkgs) system;
                  builder = "/nothing-is-built-here";
                  entries = builtins.toJSON config.home.activation;
                }
            else
              throw "\nFailed assertions:\n${lib.concatMapStrings (message: "- ${message}\n") failed}";
        };
    in
    {
      lib = { inherit homeManagerConfiguration; };
    };
}
