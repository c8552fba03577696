{
  about = "The module comes from two repositories, each with a copy of its own.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      imports = [
        # As the flake gives it.
        (import ../../..)
        (
          builtins.path
            {
              path = ../../../..;
              name = "another-copy";
              filter =
                path: _:
                baseNameOf path != "target" && baseNameOf path != "cases" && baseNameOf path != ".git" && baseNameOf path != "fixtures";
            }
          + "/nixos-module"
        )
      ];
      sops.secrets.api-token = { };
    };
}
