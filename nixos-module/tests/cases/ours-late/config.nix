{
  about = "Secrets after network file systems and sockets.";
  quiet = true;
  wanted = {
    "sections.systemd.services.sops-install-secrets.after" = [ "remote-fs.target" "sockets.target" ];
    "sections.systemd.services.sops-install-secrets.before" = [ "multi-user.target" ];
  };
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.late = true;
      sops.secrets.api-token = { };
      fileSystems."/net" = {
        device = "server:/keys";
        fsType = "nfs";
      };
      sops.age.keyFile = "/net/key.txt";
    };
}
