# A consumer's flake with stand-ins for its inputs: what it gives to nixosSystem and homeManagerConfiguration, as cases for
# `eval.nix`. The input `secrets` (or `sops-nix`) is the project's own flake.
#
#   nixpkgsLib   directory of nixpkgs' lib
#   project      root of the project
#   consumer     directory with the flake.nix to look at
{ nixpkgsLib
, project
, consumer
,
}:
let
  lib = import (/. + nixpkgsLib);
  pkgsFor = system: import ./stubs/pkgs.nix { inherit lib system; };
  nixpkgs = {
    outPath = "/nixpkgs";
    lib = lib // {
      nixosSystem = arguments: { case = "nixos"; } // arguments;
    };
    legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] pkgsFor;
  };
  ours = (import (/. + "${project}/flake.nix")).outputs {
    self = ours;
    inherit nixpkgs;
  };
  home-manager = {
    lib.homeManagerConfiguration = arguments: { case = "home"; } // arguments;
    nixosModules = lib.genAttrs [ "default" "home-manager" ] (_: { });
  };
  flake = import (/. + "${consumer}/flake.nix");
  named = {
    inherit nixpkgs home-manager;
    secrets = ours;
    sops-nix = ours;
  };
  wanted = builtins.attrNames (removeAttrs (builtins.functionArgs flake.outputs) [ "self" ]);
  inputs =
    lib.genAttrs
      (lib.unique (wanted ++ builtins.attrNames flake.inputs))
      (name: named.${name} or (throw "no stand-in for the input `${name}`"));
  outputs = flake.outputs (inputs // { self = self; });
  self = outputs // {
    outPath = consumer;
    inherit inputs;
  };
  asCase = arguments: {
    kind = arguments.case;
    module.imports = arguments.modules;
    # `inputs` of the harness gives way to the flake's own.
    specialArgs = arguments.specialArgs or (arguments.extraSpecialArgs or { });
    # In a home, services hold anything anyway.
    accepts = lib.optionals (arguments.case == "nixos") [
      "services.nginx"
      "services.postgresql"
      "services.caddy"
      "services.restic"
      "services.tailscale"
      "system.userActivationScripts"
    ];
  };
in
{
  follows = lib.filterAttrs (_: input: input ? inputs.nixpkgs.follows) flake.inputs;
  cases = {
    nixos = lib.mapAttrs (_: asCase) (outputs.nixosConfigurations or { });
    home = lib.mapAttrs (_: asCase) (outputs.homeConfigurations or { });
  };
}
