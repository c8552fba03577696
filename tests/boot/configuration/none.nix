# The same host when the last secret was removed from its configuration.
{
  about = "The host without secrets.";
  module.services.openssh.enable = true;
}
