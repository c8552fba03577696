# Where a path lies among the configured file systems.
{ config, lib }:
let
  # What NixOS mounts in the initrd, whatever the configuration says.
  alwaysForBoot = [
    "/"
    "/nix"
    "/nix/store"
    "/var"
    "/var/log"
    "/var/lib"
    "/var/lib/nixos"
    "/etc"
    "/usr"
  ];
  # As systemd tells them apart (fstype_is_network).
  networkTypes = [
    "afs"
    "ceph"
    "cifs"
    "davfs"
    "gfs"
    "gfs2"
    "glusterfs"
    "lustre"
    "ncp"
    "ncpfs"
    "nfs"
    "nfs4"
    "ocfs2"
    "pvfs2"
    "smb3"
    "smbfs"
    "sshfs"
  ];
  isNetwork =
    fileSystem:
    builtins.elem (lib.removePrefix "fuse." (toString fileSystem.fsType)) networkTypes
    || builtins.elem "_netdev" fileSystem.options;
  isForBoot =
    fileSystem:
    fileSystem.neededForBoot or false || builtins.elem fileSystem.mountPoint alwaysForBoot;

  covers =
    path: fileSystem:
    fileSystem.mountPoint == "/" || lib.hasPrefix "${lib.removeSuffix "/" fileSystem.mountPoint}/" path;
  # Every file system on the way to a path that is mounted by a unit.
  onTheWay =
    path:
    builtins.filter (fileSystem: (fileSystem.enable or true) && covers path fileSystem && !isForBoot fileSystem) (
      builtins.attrValues config.fileSystems
    );
  mountPoints = map (fileSystem: fileSystem.mountPoint);
in
{
  network = path: mountPoints (builtins.filter isNetwork (onTheWay path));
  notForBoot = path: mountPoints (builtins.filter (fileSystem: !isNetwork fileSystem) (onTheWay path));
}
