{
  about = "The home module from two repositories.";
  kind = "home";
  quiet = true;
  module =
    {
      home.username = "operator";
      home.homeDirectory = "/home/operator";
      sops.defaultSopsFile = ../files/secrets.yaml;
      imports = [
        (
          builtins.path
            {
              path = ../../../..;
              name = "another-copy";
              filter =
                path: _:
                baseNameOf path != "target" && baseNameOf path != "cases" && baseNameOf path != ".git" && baseNameOf path != "fixtures";
            }
          + "/nixos-module/home-manager.nix"
        )
      ];
      sops.age.keyFile = "/home/operator/.key.txt";
      sops.secrets.api-token = { };
    };
}
