# `manifest.nix` by itself: two sets of options in, two manifests out.
{ lib, root }:
let
  inherit (import (root + "/nixos-module/manifest.nix") { inherit lib; }) manifest placeholder;
  cfg = {
    placeholder = { };
    keepGenerations = 2;
    gnupg = {
      home = null;
      sshKeyPaths = [ ];
    };
    age = {
      keyFile = "/var/lib/key.txt";
      sshKeyPaths = [ "/etc/ssh/ssh_host_ed25519_key" ];
    };
    log = [ "keyImport" ];
  };
  secret = {
    name = "token";
    key = "token";
    leaf = null;
    path = "/run/secrets/token";
    format = "yaml";
    mode = "0400";
    sopsFile = "/var/lib/secrets.yaml";
  };
  ofSystem = secret // {
    owner = "web";
    uid = 7;
    group = null;
    gid = 9;
    restartUnits = [ "web.service" ];
    reloadUnits = [ ];
    neededForUsers = false;
    # an option that a configuration added
    addedElsewhere = true;
  };
in
{
  system = manifest {
    inherit cfg;
    secrets = {
      token = ofSystem;
      entry = ofSystem // {
        name = "other-name";
        path = "/run/secrets/other-name";
        format = "dotenv";
        leaf = "TOKEN";
      };
    };
    templates.app = {
      inherit (ofSystem)
        owner
        uid
        group
        gid
        restartUnits
        reloadUnits
        mode
        ;
      name = "app";
      path = "/run/secrets/rendered/app";
      content = placeholder "entry";
      file = "/unused";
    };
    symlinkPath = "/run/secrets";
    secretsMountPoint = "/run/secrets.d";
    extra.userMode = false;
  };
  home = manifest {
    inherit cfg;
    secrets = {
      renamed = secret // {
        name = "token";
        path = "%r/secrets/renamed";
      };
    };
    templates.file = {
      name = "file";
      path = "%r/secrets/rendered/file";
      mode = "0600";
      content = "";
      file = "/var/lib/template";
    };
    symlinkPath = "%r/secrets";
    secretsMountPoint = "%r/secrets.d";
    extra.userMode = true;
  };
}
