# The manifest as a pure function of the configuration: which secrets and templates, from which files, opened with
# which keys. `docs/reference/manifest.md` describes the fields. Only fields that the program knows are written;
# options that a configuration adds to a secret stay out.
{ lib }:
let
  files = import ./files.nix { inherit lib; };

  # Numbers count only where there is no name.
  belonging =
    entry:
    lib.optionalAttrs (entry ? owner) {
      inherit (entry)
        owner
        group
        restartUnits
        reloadUnits
        ;
      uid = if entry.owner == null && entry.uid != null then entry.uid else 0;
      gid = if entry.group == null && entry.gid != null then entry.gid else 0;
    };

  secret =
    entry:
    {
      inherit (entry)
        name
        key
        path
        format
        mode
        ;
      sopsFile = files.alone entry.sopsFile;
    }
    // belonging entry
    // lib.optionalAttrs (entry ? neededForUsers) { inherit (entry) neededForUsers; }
    // lib.optionalAttrs (entry ? sopsFileHash && !files.isBuilt entry.sopsFile) {
      inherit (entry) sopsFileHash;
    }
    // lib.optionalAttrs (entry.leaf != null) { inherit (entry) leaf; };

  template =
    entry:
    {
      inherit (entry) name path mode;
    }
    // belonging entry
    // (if entry.content != "" then { inherit (entry) content; } else { file = files.alone entry.file; });

  # With another name than the attribute's the default path of a home secret shows the attribute name all the same. Both
  # names are installed, so that each of them is a file.
  named =
    symlinkPath: attribute: entry:
    let
      own = "${symlinkPath}/${entry.name}";
      byAttribute = "${symlinkPath}/${attribute}";
    in
    if entry.path == byAttribute && entry.path != own then
      [
        {
          inherit attribute;
          entry = entry // {
            path = own;
          };
        }
        {
          attribute = "name of ${attribute}";
          entry = entry // {
            name = attribute;
          };
        }
      ]
    else
      [{ inherit attribute entry; }];

  # Text that stands for a secret in templates, by the secret's attribute name.
  placeholder = attribute: "<SOPS:${builtins.hashString "sha256" attribute}:PLACEHOLDER>";
in
{
  inherit placeholder;

  # Arguments: the options below `sops`, the secrets and templates of this manifest by attribute name, where they go,
  # and further fields.
  manifest =
    { cfg
    , secrets
    , templates
    , symlinkPath
    , secretsMountPoint
    , extra ? { }
    ,
    }:
    let
      all = lib.concatLists (lib.mapAttrsToList (named symlinkPath) secrets);
      # The program looks placeholders up by the secret's name; configurations refer to them by the attribute name.
      placeholderOf = item: "${cfg.placeholder.${item.attribute} or (placeholder item.attribute)}";
    in
    {
      secrets = map (item: secret item.entry) all;
      templates = map template (builtins.attrValues templates);
      placeholderBySecretName = lib.optionalAttrs (templates != { }) (
        builtins.listToAttrs (map (item: lib.nameValuePair item.entry.name (placeholderOf item)) all)
      );
      inherit symlinkPath secretsMountPoint;
      inherit (cfg) keepGenerations;
      gnupgHome = cfg.gnupg.home;
      sshKeyPaths = cfg.gnupg.sshKeyPaths;
      ageKeyFile = cfg.age.keyFile;
      ageSshKeyPaths = cfg.age.sshKeyPaths;
      logging = {
        keyImport = builtins.elem "keyImport" cfg.log;
        secretChanges = builtins.elem "secretChanges" cfg.log;
      };
    }
    // extra;
}
