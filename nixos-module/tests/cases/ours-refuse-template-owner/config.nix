{
  about = "An owner of a template that is not declared.";
  verdict = "should refuse";
  mentions = [ "sops.templates.app.owner" "biling" "did you mean `billing`?" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      users.users.billing.isNormalUser = true;
      sops.secrets.api-token = { };
      sops.templates.app = {
        content = "x";
        owner = "biling";
      };
    };
}
