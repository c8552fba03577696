{
  about = "`late` orders a unit, and an activation script is asked for.";
  verdict = "should refuse";
  mentions = [ "sops.late" "sops.useSystemdActivation" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.late = true;
      sops.useSystemdActivation = false;
      sops.secrets.api-token = { };
    };
}
