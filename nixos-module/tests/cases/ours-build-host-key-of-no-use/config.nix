{
  about = "A host key that is none: the build fails.";
  builds = { fails = [ "sops.hostPubKey" "malformed SSH recipient" "hint: a host key is the text of a public key" ]; };
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.hostPubKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDTp8 root@web";
      sops.secrets.api-token = { };
    };
}
