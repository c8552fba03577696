{
  about = "SSH keys in the store.";
  verdict = "should refuse";
  mentions = [ "sops.age.sshKeyPaths" "outside of the Nix store" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.age.sshKeyPaths = [ "/nix/store/00000000000000000000000000000000-source/key" ];
      sops.secrets.api-token = { };
    };
}
