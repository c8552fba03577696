"""A Debian with systemd as PID 1, in a container that shares nothing but the kernel."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import time

SUITE = "bookworm"
# libpam-systemd: user managers get their runtime directory from it.
PACKAGES = "systemd,systemd-sysv,libpam-systemd,dbus,openssh-server"


def base(cache):
    """The root file system, made once."""
    digest = hashlib.sha256(f"{SUITE} {PACKAGES}".encode()).hexdigest()[:12]
    place = pathlib.Path(cache) / f"boot-root-{digest}"
    if not place.exists():
        print("making a root file system with mmdebstrap")
        unfinished = place.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}", SUITE, unfinished],
            check=True,
        )
        unfinished.rename(place)
    return place


def run(*command, **options):
    options = {"check": True, "text": True, "capture_output": True, **options}
    try:
        return subprocess.run([str(word) for word in command], **options)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {error.returncode}\n{error.stdout}{error.stderr}")


def unmount(folder):
    """Everything at or below a folder."""
    lines = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    places = [line.split()[4] for line in lines]
    for place in reversed([place for place in places if pathlib.Path(place).is_relative_to(folder)]):
        run("umount", "--lazy", place)


class Root:
    """A copy of the root file system that lies in memory. Needs a mount namespace of its own."""

    def __init__(self, work, lower, name):
        self.name = name
        self.work = pathlib.Path(work) / name
        self.work.mkdir(parents=True)
        run("mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", self.work)
        for folder in ("upper", "overlay", "root"):
            (self.work / folder).mkdir()
        self.root = self.work / "root"
        layers = f"lowerdir={lower},upperdir={self.work}/upper,workdir={self.work}/overlay"
        run("mount", "-t", "overlay", "-o", layers, "overlay", self.root)
        self.write("/etc/hostname", f"{name}\n")
        self.write("/etc/machine-id", "")
        self.process = None

    def write(self, path, text, mode=0o644, owner=0):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, str):
            text = text.encode()
        place.write_bytes(text)
        place.chmod(mode)
        os.chown(place, owner, owner)

    def link(self, path, target):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    def enter(self, *command, environment=(), **options):
        """Runs a command in it, with an empty /run at first and without any service."""
        if not (self.root / "proc/self").exists():
            run("mount", "-t", "proc", "proc", self.root / "proc")
            run("mount", "--bind", "/dev", self.root / "dev")
            run("mount", "-t", "tmpfs", "tmpfs", self.root / "run")
        words = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", *environment]
        return run("chroot", self.root, "env", "-i", *words, *command, **options)


class Machine(Root):
    """One machine with systemd as PID 1."""

    def boot(self):
        """Returns when systemd has started what it could, with its verdict and the seconds that it took."""
        started = time.monotonic()
        self.process = subprocess.Popen(
            [
                "systemd-nspawn",
                "--quiet",
                "--boot",
                f"--directory={self.root}",
                f"--machine={self.name}",
                "--register=no",
                "--keep-unit",
                "--private-network",
                "--console=pipe",
            ],
            stdin=subprocess.DEVNULL,
            stdout=open(self.work / "console", "wb"),
            stderr=subprocess.STDOUT,
        )
        while time.monotonic() < started + 120:
            if self.process.poll() is not None:
                raise SystemExit("the machine did not start:\n" + (self.work / "console").read_text(errors="replace"))
            if self.leader() is not None:
                state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
                if state in ("running", "degraded"):
                    return state, time.monotonic() - started
            time.sleep(0.3)
        raise SystemExit("the machine did not come up:\n" + self.run("systemctl", "list-jobs", check=False).stdout)

    def leader(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return children[0] if children else None

    def run(self, *command, **options):
        """Runs a command inside."""
        inside = ["nsenter", f"--target={self.leader()}", "--all", "--root", "--wd", "env", "-i"]
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return run(*inside, path, "HOME=/root", *command, **options)

    def out(self, *command):
        return self.run(*command).stdout

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.run("systemctl", "poweroff", "--force", check=False)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        unmount(self.work)
