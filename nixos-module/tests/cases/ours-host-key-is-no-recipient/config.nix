{
  about = "A host that cannot open the file: the build fails.";
  builds = { fails = [ "web" "secrets.yaml" "api-token" "updatekeys" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      networking.hostName = "web";
      sops.hostPubKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFnvo2fqhuVIWpMB5aMT/bCSREKtNFpODE7naDL7lPf burnt key";
      sops.secrets.api-token = { };
    };
}
