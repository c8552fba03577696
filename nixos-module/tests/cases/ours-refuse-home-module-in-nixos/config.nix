{
  about = "The home-manager module in a NixOS configuration.";
  verdict = "should refuse";
  mentions = [ "homeManager" ];
  module =
    { inputs, ... }:
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      imports = [ inputs.secrets.homeModules.default ];
      sops.secrets.api-token = { };
    };
}
