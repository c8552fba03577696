"""A desk with a terminal: a home on a disk, a file to edit, and a program in a pseudo-terminal."""

import base64
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time

# New ones for every run, so that nothing an earlier run has left counts.
CANARY = f"kanarie-{os.urandom(9).hex()}-pfeift"
TYPED = f"distelfink-{os.urandom(9).hex()}-singt"
PLAIN = f"user: app\npassword: {CANARY}\nlist:\n    - eins\n"
MEMORY = "/dev/shm"
# Large, and nothing that an editor knows of.
SPARED = {"/root/.cache", "/root/.cargo", "/root/.rustup", "/root/go", "/var/lib/apt", "/var/lib/dpkg"}
PATIENCE = 20


def needles() -> list[bytes]:
    found = []
    for text in (CANARY, TYPED):
        raw = text.encode()
        found += [raw, raw.hex().encode()]
        found += [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    return found


NEEDLES = needles()


class Desk:
    def __init__(self, program: str, uid: int = 0) -> None:
        self.uid = uid
        # The program may lie where another user cannot go.
        self.folder = tempfile.mkdtemp(prefix="secrets-editors-", dir="/var/tmp")
        self.keys = tempfile.mkdtemp(prefix="secrets-editors-", dir=MEMORY)
        self.program = f"{self.folder}/secrets"
        shutil.copy(program, self.program)
        self.home = f"{self.folder}/home"
        self.work = f"{self.folder}/work"
        self.runtime = f"{self.keys}/runtime"
        for folder in (self.home, self.work, self.runtime):
            os.mkdir(folder, 0o700)
        self.target = f"{self.work}/db.yaml"
        self.env = {"PATH": "/usr/bin:/bin", "HOME": self.home, "TERM": "xterm", "LANG": "C.UTF-8",
                    "XDG_RUNTIME_DIR": self.runtime, "SOPS_AGE_KEY_FILE": f"{self.keys}/key.txt"}
        subprocess.run(["age-keygen", "-o", f"{self.keys}/key.txt"], check=True, stderr=subprocess.DEVNULL)
        recipient = re.search(r"public key: (\S+)", open(f"{self.keys}/key.txt").read())[1]
        with open(self.target, "w") as file:
            file.write(PLAIN)
        subprocess.run([self.program, "encrypt", "-i", "--age", recipient, self.target], env=self.env, check=True)
        os.chmod(self.folder, 0o755)
        os.chmod(self.keys, 0o755)
        if uid:
            for top in (self.work, self.home, self.runtime, f"{self.keys}/key.txt"):
                for folder, folders, names in os.walk(top):
                    for path in (folder, *(f"{folder}/{name}" for name in folders + names)):
                        os.chown(path, uid, uid)
                if os.path.isfile(top):
                    os.chown(top, uid, uid)
        self.began = time.time()
        self.screen = b""
        self.child = 0

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.keys, ignore_errors=True)

    def put(self, path: str, text: str, mode: int = 0o644) -> str:
        path = path if path.startswith("/") else f"{self.home}/{path}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        if self.uid:
            os.chown(path, self.uid, self.uid)
        return path

    def start(self, editor: str, *words: str, env: dict | None = None) -> None:
        """`secrets edit` in a terminal of its own."""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            if self.uid:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)
            os.chdir(self.work)
            env = {**self.env, "EDITOR": editor, **(env or {})}
            os.execve(self.program, [self.program, "edit", *words, "db.yaml"], env)

    def read(self, seconds: float) -> bytes:
        """What comes within this time."""
        end = time.monotonic() + seconds
        came = b""
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], left)[0]:
                break
            try:
                piece = os.read(self.terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            came += piece
        self.screen += came
        return came

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.screen:
            if time.monotonic() > end:
                raise AssertionError(f"`{text}` did not come; the screen: {self.screen[-500:]!r}")
            self.read(0.1)

    def type(self, keys: str, pause: float = 0.3) -> None:
        os.write(self.terminal, keys.encode())
        self.read(pause)

    def end(self) -> int:
        """Waits for the program's end; gives its code."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self.read(0.05)
                os.close(self.terminal)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        raise AssertionError(f"it does not end; the screen: {self.screen[-500:]!r}")

    def run(self, *words: str, env: dict | None = None) -> subprocess.CompletedProcess:
        """Without a terminal."""
        def become() -> None:
            if self.uid:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)
        return subprocess.run([self.program, *words], env={**self.env, **(env or {})}, cwd=self.work,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, preexec_fn=become, timeout=60)

    def decrypted(self) -> str:
        out = subprocess.run([self.program, "decrypt", self.target], env=self.env, capture_output=True, text=True)
        assert out.returncode == 0, out.stderr
        return out.stdout

    def no_plaintext_on_disk(self) -> None:
        """Of everything that was written since the beginning, wherever a program of this user may write."""
        found = []
        for place in (self.home, self.work, "/tmp", "/var/tmp", "/root", "/run", "/var/lib"):
            device = os.stat(place).st_dev
            for folder, folders, names in os.walk(place):
                folders[:] = [name for name in folders if os.path.join(folder, name) not in SPARED
                              and same_device(os.path.join(folder, name), device)]
                for name in names:
                    path = os.path.join(folder, name)
                    try:
                        about = os.lstat(path)
                        if about.st_mtime < self.began - 1 or not os.path.isfile(path) or about.st_size > 1 << 22:
                            continue
                        with open(path, "rb") as file:
                            content = file.read()
                    except OSError:
                        continue
                    if any(needle in content for needle in NEEDLES):
                        found.append(path)
        assert not found, f"plaintext in {found}"

    def nothing_in_memory(self) -> None:
        left = [name for name in os.listdir(self.runtime) if name.startswith("secrets-")]
        assert not left, f"left in the runtime directory: {left}"


def same_device(path: str, device: int) -> bool:
    try:
        return os.lstat(path).st_dev == device
    except OSError:
        return False
