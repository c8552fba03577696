{
  about = "The build has to prove that the host opens every file; its key as text.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      networking.hostName = "web";
      sops.hostPubKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL/6G26Xwp7rPSnHYcqgu2IDZJPcRU//eh397WQ66+k5 my host";
      sops.secrets.api-token = { };
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
