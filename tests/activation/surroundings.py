"""Odd surroundings: umasks, closed and inherited descriptors, wrong mounts, missing rights."""

import fcntl
import os
import subprocess
import time
from pathlib import Path

import sandbox
from machine import MEMORY_FLAGS, MOUNT_POINT, PUBLIC_LINK, Machine


def r_p01_modes_are_exact_whatever_the_umask(machine: Machine) -> None:
    modes = ["0000", "0400", "0440", "0444", "0600", "0640", "0755", "0777"]
    secrets = [{"name": f"d/m{mode}", "key": "token", "sopsFile": "app.yaml", "mode": mode} for mode in modes]
    secrets.append({"name": "linked", "key": "token", "sopsFile": "app.yaml", "path": "/srv/deep/linked"})
    templates = [{"name": "t/t", "content": "x", "mode": mode} for mode in modes[3:4]]
    for umask in (0o000, 0o022, 0o027, 0o077, 0o777):
        machine.run(machine.manifest(secrets, templates=templates), umask=umask)
        tree = machine.tree(machine.live())
        for path, entry in tree.items():
            name = path.rsplit("/", 1)[1]
            wanted = "0751" if entry["type"] == "directory" else name.removeprefix("m") if name[0] == "m" else None
            machine.expect(wanted in (None, entry["mode"]), f"umask {umask:03o}: {path} has mode {entry['mode']}")
        machine.expect(tree[f"{machine.live()}/rendered/t/t"]["mode"] == "0444", f"umask {umask:03o}: template")
        machine.expect(os.stat("/srv/deep").st_mode & 0o7777 == 0o755, f"umask {umask:03o}: folder of a link")
        os.unlink("/srv/deep/linked")
        os.rmdir("/srv/deep")


def r_o05_closed_descriptors_change_nothing(machine: Machine) -> None:
    for number, closed in enumerate(("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-", "1>/dev/full 2>/dev/full"), start=1):
        manifest = machine.app(number % 3 + 1)
        shell = subprocess.run(["/bin/sh", "-c", f"exec {machine.program} {manifest} {closed}"],
                               env={"PATH": "/usr/bin"}, cwd="/",
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        machine.expect(shell.returncode == 0, f"{closed}: exit {shell.returncode}")
        machine.expect(machine.text(f"{PUBLIC_LINK}/token") == f"canary-token-{number % 3 + 1}", f"{closed}: value")


def r_c01_r_h01_systemctl_gets_no_descriptor_and_no_environment_of_ours(machine: Machine) -> None:
    spy = "#!/bin/sh\nls -l /proc/$$/fd >/scn/descriptors\ntr '\\0' '\\n' </proc/$$/environ >/scn/environment\nls -l /proc/$$/cwd >>/scn/environment\n"
    machine.put("/scn/spy/systemctl", spy, 0o755)
    env = {"PATH": "/scn/spy:/usr/bin:/bin", "SOPS_RESTART_UNITS_VIA_SYSTEMCTL": "1", "SOPS_AGE_KEY": "burnt", "X": "y"}
    for name in ("app.yaml", "app-2.yaml"):
        manifest = machine.manifest([{"name": "token", "sopsFile": name, "restartUnits": ["a.service"]}])
        careless = os.open("/etc/passwd", os.O_RDONLY)
        os.set_inheritable(careless, True)
        machine.run(manifest, env=env, pass_fds=[careless])
        os.close(careless)
    descriptors = Path("/scn/descriptors").read_text()
    machine.expect("passwd" not in descriptors, f"a descriptor of our parent: {descriptors}")
    machine.expect("secrets" not in descriptors, f"a descriptor of ours: {descriptors}")
    environment = Path("/scn/environment").read_text().splitlines()
    names = {line.split("=")[0] for line in environment if "=" in line}
    machine.expect(names <= {"PATH", "PWD", "OLDPWD", "SHLVL", "_"}, f"environment: {names}")
    machine.expect(environment[-1].endswith("-> /"), environment[-1])


def r_m04_a_run_waits_for_the_lock_and_is_hardened_meanwhile(machine: Machine) -> None:
    machine.run(machine.app(1))
    holder = os.open(MOUNT_POINT, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    process = machine.command(machine.app(2))
    status = waiting_process(process.pid)
    machine.expect(machine.text(f"{PUBLIC_LINK}/token") == "canary-token-1", "it did not wait")
    machine.expect(status["Umask"] == "0077", f"umask {status['Umask']}")
    machine.expect(status["Threads"] == "1", f"{status['Threads']} threads")
    limits = Path(f"/proc/{process.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    machine.expect(core.split()[4:6] == ["0", "0"], core)
    machine.expect(os.readlink(f"/proc/{process.pid}/cwd") == "/", "working directory")
    machine.expect(Path(f"/proc/{process.pid}/mem").stat().st_uid == 0, "its memory belongs to root")
    os.close(holder)
    process.communicate(timeout=60)
    machine.expect(process.returncode == 0, f"exit {process.returncode}")
    machine.expect(machine.text(f"{PUBLIC_LINK}/token") == "canary-token-2", "it did not go on")


def waiting_process(pid: int) -> dict[str, str]:
    """Status of a process once it sleeps between two attempts to lock."""
    for _ in range(2000):
        text = Path(f"/proc/{pid}/status").read_text()
        status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        if "nanosleep" in Path(f"/proc/{pid}/wchan").read_text() or status.get("Umask") == "0077":
            return status
        time.sleep(0.005)
    return status


def r_m02_a_mount_that_is_not_right_is_refused_and_left_alone(machine: Machine) -> None:
    cases = (
        ("without nosuid", "ramfs", MEMORY_FLAGS & ~sandbox.MS_NOSUID, "mode=0751", (0, 96)),
        ("somebody else's", "ramfs", MEMORY_FLAGS, "mode=0751", (1000, 100)),
        ("writable for others", "tmpfs", MEMORY_FLAGS, "mode=0777,size=1m", (0, 96)),
        ("on no memory", "mqueue", MEMORY_FLAGS, None, (0, 96)),
    )
    for about, kind, flags, options, owner in cases:
        os.makedirs(MOUNT_POINT, exist_ok=True)
        sandbox.mount("none", MOUNT_POINT, kind, flags, options)
        if owner:
            os.chown(MOUNT_POINT, *owner)
            if kind != "tmpfs":
                os.chmod(MOUNT_POINT, 0o751)
        before = machine.tree("/run")
        _, _, err = machine.run(machine.app(), code=1)
        machine.expect(MOUNT_POINT in err, f"{about}: {err}")
        machine.expect(machine.tree("/run") == before, f"{about}: something was changed")
        machine.expect(machine.mounts_at(MOUNT_POINT) == 1, f"{about}: mounts")
        sandbox._check(sandbox.libc.umount2(MOUNT_POINT.encode(), sandbox.MNT_DETACH), "umount")


def r_m02_what_lies_in_the_place_of_the_mount_is_not_hidden(machine: Machine) -> None:
    machine.put("/var/lib/x/precious", "kept\n")
    machine.run(machine.app(secretsMountPoint="/var/lib/x"), code=None)
    machine.expect(machine.mounts_at("/var/lib/x") == 0, "it was mounted over")
    machine.expect(machine.text("/var/lib/x/precious") == "kept\n", "the file was changed")


def r_m03_without_the_right_to_mount_a_directory_in_memory_serves_with_a_warning(machine: Machine) -> None:
    setpriv = machine.tool("setpriv")
    weak = [setpriv, "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]
    for version in (1, 2):
        _, _, err = machine.run(machine.app(version), prefix=weak)
        machine.expect(err.count(MOUNT_POINT) == 1, f"one warning: {err}")
        machine.expect(machine.text(f"{PUBLIC_LINK}/token") == f"canary-token-{version}", "value")
    machine.expect(machine.mounts_at(MOUNT_POINT) == 0, "a mount")


BEHAVIOURS = [
    r_p01_modes_are_exact_whatever_the_umask,
    r_o05_closed_descriptors_change_nothing,
    r_c01_r_h01_systemctl_gets_no_descriptor_and_no_environment_of_ours,
    r_m04_a_run_waits_for_the_lock_and_is_hardened_meanwhile,
    r_m02_a_mount_that_is_not_right_is_refused_and_left_alone,
    r_m02_what_lies_in_the_place_of_the_mount_is_not_hidden,
    r_m03_without_the_right_to_mount_a_directory_in_memory_serves_with_a_warning,
]
