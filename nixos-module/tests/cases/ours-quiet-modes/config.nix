{
  about = "Modes that let nobody in but the owner and a reading group.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets = {
        api-token.mode = "0440";
        session-key.mode = "600";
        wireguard.mode = "0750";
      };
    };
}
