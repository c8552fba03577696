# What is wrong with secrets and templates on NixOS and with home-manager alike: lists of messages, each with a way out.
{ lib }:
let
  files = import ./files.nix { inherit lib; };
  quote = lib.strings.escapeNixIdentifier;
  optionOf = kind: attribute: "sops.${kind}.${quote attribute}";

  # Every entry with the option that made it.
  listed = kind: lib.mapAttrsToList (attribute: entry: { option = optionOf kind attribute; inherit entry; });

  octal = builtins.match "0?([0-7])([0-7])([0-7])";
  digits = mode: map lib.toInt (octal mode);
  writable = digit: builtins.elem digit [ 2 3 6 7 ];
  isOpen =
    mode:
    let
      group = builtins.elemAt (digits mode) 1;
      others = builtins.elemAt (digits mode) 2;
    in
    octal mode != null && (writable group || others != 0);

  component = text: text != "" && text != "." && text != "..";
  relative = name: builtins.all component (lib.splitString "/" name);

  # Entries that share a value, as lists of their options.
  shared =
    valueOf: entries:
    lib.filterAttrs (_: group: builtins.length group > 1) (lib.groupBy valueOf entries);

  # Every directory above a name: `a/b/c` lies below `a/b` and `a`.
  parents =
    name:
    let
      parts = lib.splitString "/" name;
    in
    map (count: lib.concatStringsSep "/" (lib.take count parts)) (lib.range 1 (builtins.length parts - 1));
  options = group: lib.concatMapStringsSep " and " (item: item.option) group;
in
rec {
  inherit listed;

  # Names in one directory; templates lie in `rendered` of it.
  names =
    secrets: templates:
    let
      named = builtins.filter (item: relative item.entry.name);
      places =
        map (item: item // { place = item.entry.name; }) (named secrets)
        ++ map (item: item // { place = "rendered/${item.entry.name}"; }) (named templates);
      byPlace = lib.groupBy (item: item.place) places;
    in
    lib.concatMap
      (
        item:
        lib.optional (!relative item.entry.name)
          "${item.option}.name: `${item.entry.name}` is not the name of a file; a name is relative, and its parts are not empty, `.` or `..`"
      )
      (secrets ++ templates)
    ++ lib.mapAttrsToList
      (
        place: group: "${options group} have the same name `${place}`; give them different ones with `name`"
      )
      (shared (item: item.place) places)
    ++ lib.concatMap
      (
        item:
        map
          (
            above:
            "${item.option} lies in `${above}`, which is the file of ${options byPlace.${above}}; change one `name`"
          )
          (builtins.filter (above: byPlace ? ${above}) (parents item.place))
      )
      places;

  paths =
    entries:
    lib.concatMap
      (
        item:
        let
          inherit (item.entry) path;
          steps = lib.splitString "/" path;
        in
        lib.optional
          (
            !lib.hasPrefix "/" path && !lib.hasPrefix "%r/" path || builtins.elem ".." steps
          ) "${item.option}.path: `${path}` has to be an absolute path without `..`"
        ++
        lib.optional (files.isInStore path)
          "${item.option}.path: ${path} lies in the Nix store, which cannot be written; choose a path outside of it"
      )
      entries
    ++ lib.mapAttrsToList
      (
        path: group: "${options group} have the same path ${path}; give them different ones with `path`"
      )
      (shared (item: item.entry.path) entries);

  modes = lib.concatMap (
    item:
    lib.optional (octal item.entry.mode == null)
      "${item.option}.mode: `${item.entry.mode}` is not a file mode; write three or four octal digits, at most 0777, such as \"0440\""
  );

  leaves = lib.concatMap (
    item:
    lib.optional
      (
        item.entry.leaf != null
        && !builtins.elem item.entry.format [
          "dotenv"
          "ini"
        ]
      ) "${item.option}.leaf chooses an entry of a dotenv or INI file; its format is ${item.entry.format}. ${
        if item.entry.format == "binary" then "Remove it" else "Use `key`"
      }, or set `format`"
  );

  # Files that are not there, or that the build could not see.
  sopsFiles = lib.concatMap (
    item:
    let
      file = item.entry.sopsFile;
      text = toString file;
    in
    lib.optional (!files.exists file)
      "${item.option}.sopsFile: ${text} does not exist. If it does on your disk: a flake sees only the files that git tracks, so `git add` it"
    ++ lib.optional (builtins.isString file && !files.isInStore file)
      "${item.option}.sopsFile: ${text} is not in the Nix store, so the build cannot look into it. Write it as a path (./secrets.yaml, without quotes), or set sops.validateSopsFiles = false"
  );

  generateKey =
    cfg:
    lib.optional
      (
        cfg.age.generateKey && cfg.age.keyFile == null
      ) "sops.age.generateKey makes the file sops.age.keyFile, which is not set; for instance sops.age.keyFile = \"/var/lib/sops-nix/key.txt\"";

  # Warnings.

  openModes =
    entries:
    let
      found = builtins.filter (item: isOpen item.entry.mode) entries;
    in
    lib.optional (found != [ ]) "${
      lib.concatMapStringsSep ", " (item: "${item.option}.mode = \"${item.entry.mode}\"") found
    }: every user can read, or the group can write, what is secret (R-V05). Use 0400 with `owner`, or 0440 with `group`";

  keyEnvironment =
    cfg:
    let
      isSource = name: lib.hasPrefix "SOPS_AGE_KEY" name || lib.hasPrefix "SOPS_AGE_SSH_PRIVATE_KEY" name;
      found = builtins.filter isSource (builtins.attrNames cfg.environment);
    in
    lib.optional (found != [ ])
      "sops.environment.${lib.concatStringsSep ", sops.environment." found}: no key is taken from the environment. Name the file in sops.age.keyFile, or an SSH key in sops.age.sshKeyPaths";

  hostKeyUnused =
    cfg:
    lib.optional (cfg.hostPubKey != null && cfg.hostPubKey != [ ] && !cfg.validateSopsFiles)
      "sops.hostPubKey has no effect: with sops.validateSopsFiles = false the build does not look into the encrypted files. Remove one of the two";

  # `asked`: the configuration itself names a source of PGP keys.
  gnupg =
    asked:
    lib.optional asked
      "sops.gnupg is set, and files that only PGP can open do not open yet. Add the age recipient of the key that shall open them (`secrets ssh-to-age`), then `secrets updatekeys FILE`";
}
