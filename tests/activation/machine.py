"""A scratch machine for behaviours that no recording can show: lays out files, writes manifests, starts the program.

Everything here runs inside a scratch root (`sandbox.run_apart`). A behaviour is a function that takes a `Machine` and calls
`expect`; what it complains about makes it fail.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import description
import observation
import sandbox
from runner import CANARY

SYSTEM_ENV = dict(description.BASE_ENVIRONMENT)
MOUNT_POINT, PUBLIC_LINK = "/run/secrets.d", "/run/secrets"
MEMORY_FLAGS = sandbox.MS_NOSUID | sandbox.MS_NODEV | sandbox.MS_NOEXEC
KEYS_GROUP = 96


class LeftOut(Exception):
    """This behaviour cannot be shown on this machine."""


class Machine:
    """The scratch machine."""

    def __init__(self, fixtures: dict[str, bytes], argv0: str):
        self.fixtures = fixtures
        self.program = f"{sandbox.PROGRAM_AT}/{argv0}"
        self.complaints: list[str] = []
        for at, text in ((sandbox.EXIT_AT, "0\n"), (sandbox.LINK_AT, PUBLIC_LINK + "\n")):
            Path(at).write_text(text)
        self.put("/var/lib/sops-nix/key.txt", fixtures["keys/main.txt"], 0o600)

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.complaints.append(what)

    # --- files ---------------------------------------------------------------------------------------------------

    def put(self, path: str, content: bytes | str, mode: int = 0o644, owner: tuple[int, int] = (0, 0)) -> None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_bytes(content if isinstance(content, bytes) else content.encode())
        os.chown(path, *owner)
        os.chmod(path, mode)

    def manifest(self, secrets: list[dict], path: str = description.MANIFEST_AT, sops_files: str = "/etc/sops",
                 **fields) -> str:
        """Writes a manifest and the encrypted files it names; gives its path."""
        for secret in secrets:
            if not secret["sopsFile"].startswith("/"):
                name = secret["sopsFile"]
                secret["sopsFile"] = f"{sops_files}/{name}"
                if not os.path.exists(secret["sopsFile"]):
                    self.put(secret["sopsFile"], self.fixtures[name])
        manifest = description.complete_manifest({"secrets": secrets, **fields})
        self.put(path, json.dumps(manifest))
        return path

    def app(self, version: int = 1, **fields) -> str:
        """A manifest with two secrets and a template, at one of three versions of their values."""
        name = "app.yaml" if version == 1 else f"app-{version}.yaml"
        secrets = [{"name": "db/password", "sopsFile": name}, {"name": "token", "sopsFile": name}]
        templates = [{"name": "a.conf", "content": "${token}"}]
        return self.manifest(secrets, templates=templates, path=f"/etc/manifest-{version}.json", **fields)

    # --- the program ---------------------------------------------------------------------------------------------

    def command(self, *args: str, prefix: list[str] | None = None, **options) -> subprocess.Popen:
        options = {"env": SYSTEM_ENV, "cwd": "/", "stdin": subprocess.DEVNULL, **options}
        return subprocess.Popen([*(prefix or []), self.program, *args],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def run(self, *args: str, code: int | None = 0, **options) -> tuple[int, str, str]:
        process = self.command(*args, **options)
        out, err = process.communicate(timeout=120)
        for name, text in (("stdout", out), ("stderr", err)):
            self.expect(CANARY not in text, f"a secret value on {name}")
        if code is not None:
            self.expect(process.returncode == code, f"exit {code} wanted, {process.returncode} found: {err.decode()}")
        return process.returncode, out.decode(), err.decode()

    # --- what there is afterwards --------------------------------------------------------------------------------

    def live(self) -> str:
        return os.readlink(PUBLIC_LINK)

    def text(self, path: str) -> str:
        return Path(path).read_text()

    def tree(self, top: str) -> dict[str, dict]:
        seen = observation.look_around()
        return {path: thing.entry for path, thing in seen.items() if path == top or path.startswith(top + "/")}

    def mounts_at(self, place: str) -> int:
        return sum(entry["at"] == place for entry in observation.mounts())

    def expect_only_here(self, needle: bytes, allowed: tuple[str, ...]) -> None:
        for path, thing in observation.look_around().items():
            if needle in thing.content and not path.startswith(allowed):
                self.complaints.append(f"{path} contains {needle.decode()}")

    def tool(self, name: str) -> str:
        found = shutil.which(name, path="/usr/bin:/usr/sbin:/bin:/sbin")
        if found is None:
            raise LeftOut(f"needs {name}")
        return found
