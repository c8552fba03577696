# The options below `sops` that NixOS and home-manager have in common.
#
#   secret, template  modules of one secret and one template
#   hostKeys          default of `age.sshKeyPaths` and `gnupg.sshKeyPaths`, by type of key, and what the manual says
{ lib
, pkgs
, secret
, template
, hostKeys
,
}:
let
  inherit (lib) mkOption types;
  ourTypes = import ./types.nix { inherit lib; };
in
{
  secrets = mkOption {
    type = types.attrsOf (types.submodule secret);
    default = { };
    example = lib.literalExpression ''
      {
        "database/password".owner = "postgres";
        tls-key.sopsFile = ./tls.yaml;
      }
    '';
    description = "Secrets to install, by name.";
  };

  templates = mkOption {
    type = types.attrsOf (types.submodule template);
    default = { };
    description = "Files with secrets in them, by name.";
  };

  placeholder = mkOption {
    type = types.attrsOf ourTypes.placeholder;
    default = { };
    visible = false;
    description = "Text that stands for each secret in templates; defined as soon as there is a template.";
  };

  defaultSopsFile = mkOption {
    type = types.path;
    example = lib.literalExpression "./secrets.yaml";
    description = "Encrypted file of every secret that names none.";
  };

  defaultSopsFormat = mkOption {
    type = types.str;
    default = "yaml";
    description = "Format of the encrypted files: `yaml`, `json`, `dotenv`, `ini` or `binary`.";
  };

  defaultSopsKey = mkOption {
    type = types.nullOr types.str;
    default = null;
    description = "Key of every secret that names none. `\"\"` is the whole file.";
  };

  validateSopsFiles = mkOption {
    type = types.bool;
    default = true;
    description = ''
      Look into the encrypted files while the system is built: whether they are encrypted, hold what is asked of them,
      and can be opened by this host. The files have to be in the Nix store for that, as every file of a flake is.
    '';
  };

  keepGenerations = mkOption {
    type = types.ints.unsigned;
    default = 1;
    description = "How many generations of secrets stay; 0 keeps all.";
  };

  log = mkOption {
    type = types.listOf (
      types.enum [
        "keyImport"
        "secretChanges"
      ]
    );
    default = [
      "keyImport"
      "secretChanges"
    ];
    description = "What to report: each key that is used, the name of each secret that has changed.";
  };

  environment = mkOption {
    type = types.attrsOf (types.either types.str types.path);
    default = { };
    description = "Environment variables of the program that installs the secrets, for age plugins.";
  };

  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ../package.nix { };
    defaultText = lib.literalExpression "pkgs.callPackage ../package.nix { }";
    description = "The `secrets` package.";
  };

  hostPubKey = mkOption {
    type = types.nullOr (
      types.coercedTo (types.either types.path types.str) lib.singleton (
        types.listOf (types.either types.path types.str)
      )
    );
    default = null;
    example = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA...";
    description = ''
      Public key of the machine: the text of `/etc/ssh/ssh_host_ed25519_key.pub`, an age recipient, or a file with
      one; a list if it has several. The build then fails for every encrypted file that this machine could not open.
    '';
  };

  age = {
    keyFile = mkOption {
      type = types.nullOr ourTypes.keyPath;
      default = null;
      example = "/var/lib/sops-nix/key.txt";
      description = "File with age identities that open the encrypted files.";
    };

    generateKey = mkOption {
      type = types.bool;
      default = false;
      description = "Make {option}`sops.age.keyFile` if it is not there. An existing file is left alone.";
    };

    sshKeyPaths = mkOption {
      type = types.listOf ourTypes.keyPath;
      default = hostKeys.paths "ed25519";
      defaultText = lib.literalMD (hostKeys.text "ed25519");
      description = "Private SSH keys of type ed25519 that open the encrypted files.";
    };

    plugins = mkOption {
      type = types.listOf types.package;
      default = [ ];
      example = lib.literalExpression "[ pkgs.age-plugin-tpm ]";
      description = "age plugins for the identities in {option}`sops.age.keyFile`.";
    };
  };

  gnupg = {
    home = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/root/.gnupg";
      description = "GnuPG home with a key for the encrypted files. Accepted; PGP files do not open yet.";
    };

    sshKeyPaths = mkOption {
      type = types.listOf ourTypes.keyPath;
      default = hostKeys.paths "rsa";
      defaultText = lib.literalMD (hostKeys.text "rsa");
      description = "Private SSH keys of type RSA to be used as PGP keys. Accepted; PGP files do not open yet.";
    };

    package = mkOption {
      type = types.package;
      default = pkgs.gnupg;
      defaultText = lib.literalExpression "pkgs.gnupg";
      description = "GnuPG. Accepted; PGP files do not open yet.";
    };
  };
}
