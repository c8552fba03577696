{
  about = "A template, no secret, and a key that is to be made.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.age.keyFile = "/var/lib/sops-nix/key.txt";
      sops.age.generateKey = true;
      sops.templates.motd.content = "nothing secret";
    };
}
