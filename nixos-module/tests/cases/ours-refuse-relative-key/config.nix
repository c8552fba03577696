{
  about = "A key file at a relative path.";
  refused = true;
  mentions = [ "sops.age.keyFile" "absolute" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.keyFile = "key.txt";
      sops.secrets.api-token = { };
    };
}
