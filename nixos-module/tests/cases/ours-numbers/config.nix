{
  about = "Numbers without names, and names set to null.";
  quiet = true;
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token = {
        uid = 4294967294;
        gid = 0;
      };
      sops.secrets.session-key = {
        owner = null;
        uid = null;
        group = null;
        gid = null;
      };
    };
}
