# A profile that some machines import; the file of its secrets is theirs, not the profile's.
{ config, ... }:
{
  services.postgresql.enable = true;

  sops.secrets."database/password" = {
    owner = "postgres";
    group = "postgres";
  };
  sops.templates."postgres-password.sql" = {
    owner = "postgres";
    group = "postgres";
    content = "ALTER ROLE app PASSWORD '${config.sops.placeholder."database/password"}';";
  };
}
