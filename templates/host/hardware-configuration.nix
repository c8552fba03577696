# Replace this file by what `nixos-generate-config` writes on the machine.
{
  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
}
