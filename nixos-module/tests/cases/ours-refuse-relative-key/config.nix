{
  about = "A key file at a relative path.";
  verdict = "should refuse";
  mentions = [ "sops.age.keyFile" "absolute" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "key.txt";
      sops.secrets.api-token = { };
    };
}
