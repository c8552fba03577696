{
  about = "Options that a configuration adds to secrets, to templates and beside them, and definitions for all of them at once.";
  quiet = true;
  observe = config: {
    inherit (config.sops.secrets.api-token) rotation mode;
    ofTemplate = config.sops.templates.app.rotation;
    inherit (config.sops) extractTemplates;
  };
  module =
    { config, lib, ... }:
    let
      rotation = lib.mkOption {
        type = lib.types.int;
        default = 30;
      };
    in
    {
      options.sops.secrets = lib.mkOption {
        type = lib.types.attrsOf (
          lib.types.submodule (
            { config, ... }:
            {
              options = { inherit rotation; };
              config.mode = lib.mkIf (config.rotation < 30) (lib.mkDefault "0440");
            }
          )
        );
      };
      options.sops.templates = lib.mkOption {
        type = lib.types.attrsOf (lib.types.submodule { options = { inherit rotation; }; });
      };
      options.sops.extractTemplates = lib.mkOption { default = { }; };
      options.sops.extendScripts = lib.mkOption { default = [ ]; };
      config = {
        services.openssh.enable = true;
        sops.defaultSopsFile = ../files/secrets.yaml;
        sops.extractTemplates.app = "x";
        sops.secrets.api-token.rotation = 7;
        sops.templates.app = {
          content = "TOKEN=${config.sops.placeholder.api-token}";
          rotation = 1;
        };
        environment.etc."rotation".text = toString config.sops.secrets.api-token.rotation;
      };
    };
}
