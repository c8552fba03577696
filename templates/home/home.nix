{ config, ... }:
{
  home.username = "you";
  home.homeDirectory = "/home/you";

  sops = {
    # Your own key; made if it is missing.
    age.keyFile = "${config.home.homeDirectory}/.config/sops/age/keys.txt";
    age.generateKey = true;
    defaultSopsFile = ./secrets.yaml;

    # ~/.config/sops-nix/secrets/mail/password
    secrets."mail/password" = { };
    # ~/.config/sops-nix/secrets/rendered/netrc, and a link where programs look for it.
    templates.netrc = {
      path = "${config.home.homeDirectory}/.netrc";
      content = ''
        machine mail.example.org login you password ${config.sops.placeholder."mail/password"}
      '';
    };
  };

  home.stateVersion = "25.11";
}
