{
  about = "Several keys of the host, one of them in a file.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.hostPubKey = [
        ./host.pub
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFnvo2fqhuVIWpMB5aMT/bCSREKtNFpODE7naDL7lPf burnt key"
      ];
      sops.secrets.api-token = { };
    };
}
