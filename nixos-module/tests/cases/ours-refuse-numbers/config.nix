{
  about = "Numbers that no account has.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.uid" "-1" "sops.templates.app.gid" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token.uid = -1;
      sops.templates.app = {
        content = "x";
        gid = 4294967295;
      };
    };
}
