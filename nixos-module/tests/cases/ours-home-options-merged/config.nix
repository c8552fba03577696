{
  about = "Options that a user's configuration adds to secrets, to templates and beside them.";
  kind = "home";
  quiet = true;
  module =
    { config, lib, ... }:
    let
      more = lib.mkOption {
        type = lib.types.attrsOf (
          lib.types.submodule (
            { config, name, ... }:
            {
              options.variable = lib.mkOption { default = lib.toUpper name; };
              options.place = lib.mkOption { default = config.path; };
            }
          )
        );
      };
    in
    {
      options.sops.secrets = more;
      options.sops.templates = more;
      options.sops.exportVariables = lib.mkOption { default = [ ]; };
      config = {
        home.username = "operator";
        home.homeDirectory = "/home/operator";
        sops.defaultSopsFile = ../files/secrets.yaml;
        sops.age.keyFile = "/home/operator/.key.txt";
        sops.exportVariables = [ "api-token" ];
        sops.secrets.api-token.variable = "TOKEN";
        sops.templates.app.content = config.sops.placeholder.api-token;
        home.sessionVariables.${config.sops.secrets.api-token.variable} = config.sops.secrets.api-token.place;
        home.sessionVariables.${config.sops.templates.app.variable} = config.sops.templates.app.place;
      };
    };
}
