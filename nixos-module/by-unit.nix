# Which of the two sets is installed by a unit, and which by an activation script.
{ config, options }:
{
  regular = config.sops.useSystemdActivation;
  # Where a unit makes the users, a script would run after it.
  login =
    (options.systemd ? sysusers && config.systemd.sysusers.enable)
    || (options.services ? userborn && config.services.userborn.enable);
}
