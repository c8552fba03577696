{
  about = "Options that a configuration adds to secrets and beside them.";
  quiet = true;
  module =
    { config, lib, ... }:
    {
      options.sops.secrets = lib.mkOption {
        type = lib.types.attrsOf (
          lib.types.submodule {
            options.rotation = lib.mkOption {
              type = lib.types.int;
              default = 30;
            };
          }
        );
      };
      options.sops.extractTemplates = lib.mkOption { default = { }; };
      options.sops.extendScripts = lib.mkOption { default = [ ]; };
      config = {
        services.openssh.enable = true;
        sops.defaultSopsFile = ../files/secrets.yaml;
        sops.extractTemplates.app = "x";
        sops.secrets.api-token.rotation = 7;
        environment.etc."rotation".text = toString config.sops.secrets.api-token.rotation;
      };
    };
}
