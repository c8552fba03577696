"""A machine of its own for one worker: disk, home and temporary directories that hold nothing else, and one in memory."""

import base64
import os
import re
import shutil
import subprocess

from commands import CANARY, EDITED, OLD, TYPED, Command

MEMORY = "/dev/shm"
HARNESS = f"{MEMORY}/h"
# Everything on a disk that the program could write to.
DISK = ("/tmp", "/run", "/var/tmp/sabotage")
HOME = "/var/tmp/sabotage/home"
WORK = "/var/tmp/sabotage/work"
RECOVERY = f"{HOME}/.local/state/secrets/recovery"
TARGET = f"{WORK}/db.yaml"
PATIENCE = 20
EDITOR = f'#!/bin/sh\ncat {HARNESS}/typed > "$1" && : > {HARNESS}/edited\n'


def needles() -> list[bytes]:
    found = []
    for text in (CANARY, TYPED):
        raw = text.encode()
        found += [raw, raw.hex().encode(), raw.hex().upper().encode()]
        # Base64 of it at each of the three offsets, without the ends that depend on the neighbours.
        for shift in range(3):
            found.append(base64.b64encode(b"x" * shift + raw)[4:-4])
    return found


NEEDLES = needles()


class Machine:
    """Everything below is private to this process: `enter` has made the mount namespace."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.base = {"PATH": "/usr/bin:/bin", "HOME": HOME, "SOPS_AGE_KEY_FILE": f"{HARNESS}/key.txt",
                     "EDITOR": f"{HARNESS}/editor", "SOPS_AGE_RECIPIENTS": ""}

    @staticmethod
    def enter(folder: str) -> None:
        """Own disk directories below `folder`, own memory. To be called in a new mount namespace."""
        for number, place in enumerate(DISK):
            source = f"{folder}/{number}"
            os.makedirs(source)
            os.makedirs(place, exist_ok=True)
            subprocess.run(["mount", "--bind", source, place], check=True)
        os.chmod("/tmp", 0o1777)
        subprocess.run(["mount", "-t", "tmpfs", "memory", MEMORY, "-o", "mode=1777"], check=True)

    def furnish(self) -> None:
        os.makedirs(HARNESS)
        os.makedirs(WORK)
        subprocess.run(["age-keygen", "-o", f"{HARNESS}/key.txt"], check=True, stderr=subprocess.DEVNULL)
        keys = open(f"{HARNESS}/key.txt").read()
        ours = re.search(r"public key: (\S+)", keys)[1]
        others = [self.stranger() for _ in range(2)]
        self.base["SOPS_AGE_RECIPIENTS"] = f"{ours},{others[0]}"
        for name, recipients in (("fewer", [ours]), ("more", [ours, *others])):
            rule = "creation_rules:\n- age: " + ",".join(recipients) + "\n"
            put(f"{HARNESS}/{name}.yaml", rule.encode())
        put(f"{HARNESS}/typed", EDITED.encode())
        put(f"{HARNESS}/value", f'"{TYPED}"'.encode())
        put(f"{HARNESS}/editor", EDITOR.encode())
        os.chmod(f"{HARNESS}/editor", 0o755)
        put(TARGET, OLD.encode())
        out = subprocess.run([self.program, "encrypt", TARGET], env=self.base, stdout=subprocess.PIPE, check=True)
        self.sealed = out.stdout

    @staticmethod
    def stranger() -> str:
        """The recipient of a key that nobody has."""
        made = subprocess.run(["age-keygen"], check=True, capture_output=True, text=True)
        return re.search(r"public key: (\S+)", made.stdout)[1]

    def old(self, command: Command) -> bytes:
        return OLD.encode() if command.clear_before else self.sealed

    def reset(self, command: Command) -> None:
        for place in ("/tmp", "/run", WORK, HOME):
            empty(place)
        for name in os.listdir(MEMORY):
            if name != "h":
                shutil.rmtree(f"{MEMORY}/{name}", ignore_errors=True)
        if os.path.exists(f"{HARNESS}/edited"):
            os.unlink(f"{HARNESS}/edited")
        put(TARGET, self.old(command))

    def run(self, command: Command, prefix: list[str]) -> tuple[int | None, str]:
        env = {**self.base, **command.env}
        words = [*prefix, self.program, *command.words]
        with open(f"{HARNESS}/stderr", "w+b") as stderr:
            child = subprocess.Popen(words, env=env, cwd=WORK, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True)
            try:
                code = child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, 9)
                child.wait()
                code = None
            stderr.seek(0)
            return code, stderr.read().decode(errors="replace")

    def decrypted(self, path: str, *options: str) -> bytes | None:
        out = subprocess.run([self.program, "decrypt", *options, path], env=self.base, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
        return out.stdout if out.returncode == 0 else None

    def leaks(self, allowed: dict[str, bytes]) -> list[str]:
        """Files on a disk that hold plaintext, but for those that are exactly as they are allowed to be."""
        found = []
        for place in DISK:
            for folder, _, names in os.walk(place):
                for name in names:
                    path = f"{folder}/{name}"
                    try:
                        with open(path, "rb") as file:
                            content = file.read()
                    except OSError:
                        continue
                    if allowed.get(path) != content and any(needle in content for needle in NEEDLES):
                        found.append(path)
        return found

    def in_memory(self) -> list[str]:
        """Files in memory that hold plaintext, and are not ours."""
        found = []
        for folder, folders, names in os.walk(MEMORY):
            if folder == MEMORY:
                folders.remove("h")
            for name in names:
                with open(f"{folder}/{name}", "rb") as file:
                    if any(needle in file.read() for needle in NEEDLES):
                        found.append(f"{folder}/{name}")
        return found


def put(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


def empty(place: str) -> None:
    os.makedirs(place, exist_ok=True)
    for entry in os.scandir(place):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)
