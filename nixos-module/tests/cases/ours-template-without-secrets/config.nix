{
  about = "A template in which no secret is named.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.templates."motd".content = "nothing secret";
    };
}
