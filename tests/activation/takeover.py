"""Our first run on a host where the original has been at work."""

import json
import os
from pathlib import Path

import sandbox
import description
from machine import KEYS_GROUP, MEMORY_FLAGS, MOUNT_POINT, PUBLIC_LINK, Machine

RECORDED = Path(__file__).resolve().parent.parent.parent / "fixtures" / "activation"
# Read here: the scratch root has no way to this folder.
SCENARIO = description.read_scenario(RECORDED / "link-external")
AFTER_ORIGINAL = json.loads((RECORDED / "link-external" / "expected.json").read_text())["steps"][0]["tree"]
KEY_FILE = f"{MOUNT_POINT}/age-keys.txt"


def leave_as_the_original_does(machine: Machine) -> dict:
    """Builds what a recording says the original left behind, and gives the manifest that it had been given."""
    os.makedirs(MOUNT_POINT)
    sandbox.mount("none", MOUNT_POINT, "ramfs", MEMORY_FLAGS, "mode=0751")
    for path, entry in AFTER_ORIGINAL.items():
        if entry["type"] == "directory":
            os.makedirs(path, exist_ok=True)
        elif entry["type"] == "symlink":
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(entry["target"], path)
        else:
            Path(path).write_text(entry["text"].replace("<time>", "2026-06-22T10:00:00+02:00"))
        os.chown(path, entry["uid"], entry["gid"], follow_symlinks=False)
        if entry["type"] != "symlink":
            os.chmod(path, int(entry["mode"], 8))
    step = SCENARIO.steps[0]
    for path, fixture in step.files.items():
        machine.put(path, machine.fixtures[fixture], 0o600 if "keys/" in fixture else 0o644)
    manifest = json.loads(json.dumps(step.manifest))
    for entry in (*manifest["secrets"], *manifest["templates"]):
        entry["restartUnits"] = [f"{entry['name'].replace('/', '-')}.service"]
        entry["reloadUnits"] = ["reload.service"]
    machine.put(description.MANIFEST_AT, json.dumps(manifest))
    os.makedirs("/run/nixos")
    return manifest


def the_first_run_on_a_running_host_takes_over(machine: Machine) -> None:
    leave_as_the_original_does(machine)
    links = [path for path, entry in AFTER_ORIGINAL.items() if entry["type"] == "symlink" and path != PUBLIC_LINK]
    before = {path: os.lstat(path) for path in links}
    old_mount = os.stat(MOUNT_POINT)

    _, out, _ = machine.run(description.MANIFEST_AT)

    machine.expect(out == "", f"a report of unchanged secrets: {out!r}")
    machine.expect(os.listdir("/run/nixos") == [], "units were asked for although nothing changed")
    machine.expect(machine.live() == f"{MOUNT_POINT}/2", f"the next generation is live: {machine.live()}")
    now = os.stat(MOUNT_POINT)
    machine.expect((now.st_dev, now.st_ino) == (old_mount.st_dev, old_mount.st_ino), "the mount is another one")
    machine.expect(machine.mounts_at(MOUNT_POINT) == 1, "something was mounted over the mount")
    machine.expect(not os.path.lexists(KEY_FILE), "the key file of the original is still there")
    machine.expect_only_here(b"AGE-SECRET-KEY-", ("/var/lib/sops-nix/key.txt",))
    for path, entry in before.items():
        found = os.lstat(path)
        machine.expect((found.st_ino, found.st_ctime_ns) == (entry.st_ino, entry.st_ctime_ns), f"{path} was made anew")
        machine.expect(os.path.exists(path), f"{path} leads nowhere")
    for path, entry in AFTER_ORIGINAL.items():
        if path.startswith(f"{MOUNT_POINT}/1/"):
            found = machine.tree(path.replace("/1/", "/2/", 1)).get(path.replace("/1/", "/2/", 1))
            machine.expect(found == entry, f"{path}: {found} instead of {entry}")
    machine.expect(os.stat(MOUNT_POINT).st_gid == KEYS_GROUP, "the group of the mount point")


def a_value_changed_while_taking_over_asks_for_its_units_only(machine: Machine) -> None:
    leave_as_the_original_does(machine)
    machine.put(f"{MOUNT_POINT}/1/unchanged", "older", 0o400)
    _, out, _ = machine.run(description.MANIFEST_AT)
    machine.expect(out == "modifying secret: unchanged\n", out)
    machine.expect(machine.text("/run/nixos/activation-restart-list") == "unchanged.service\n", "restart list")
    machine.expect(machine.text("/run/nixos/activation-reload-list") == "reload.service\n", "reload list")


def r_p06_a_key_file_that_is_not_the_originals_stays(machine: Machine) -> None:
    leave_as_the_original_does(machine)
    machine.put(KEY_FILE, "# keys of somebody else\n", 0o600)
    machine.run(description.MANIFEST_AT)
    machine.expect(os.path.exists(KEY_FILE), "it was removed")


BEHAVIOURS = [
    the_first_run_on_a_running_host_takes_over,
    a_value_changed_while_taking_over_asks_for_its_units_only,
    r_p06_a_key_file_that_is_not_the_originals_stays,
]
