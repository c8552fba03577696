{
  about = "A login set by unit: its encrypted file, and an RSA host key, lie where nothing is mounted before users are made.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.billing-hash.sopsFile" "/persist" "sops.gnupg.sshKeyPaths" "/keys" "neededForBoot = true" ];
  module =
    {
      services.openssh.enable = true;
      services.openssh.hostKeys = [
        {
          type = "ed25519";
          path = "/etc/ssh/ssh_host_ed25519_key";
        }
        {
          type = "rsa";
          path = "/keys/ssh_host_rsa_key";
        }
      ];
      services.userborn.enable = true;
      fileSystems."/persist".device = "/dev/vdb";
      fileSystems."/keys".device = "/dev/vdc";
      sops.validateSopsFiles = false;
      sops.defaultSopsFile = "/persist/secrets.yaml";
      sops.secrets.billing-hash.neededForUsers = true;
    };
}
