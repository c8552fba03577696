{
  about = "A private key given as the host's public one.";
  verdict = "should refuse";
  mentions = [ "sops.hostPubKey" "private key" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.hostPubKey = "-----BEGIN OPENSSH PRIVATE KEY-----";
      sops.secrets.api-token = { };
    };
}
