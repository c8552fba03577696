"""What the program asks of the kernel, seen through strace."""

import os
import re

import sandbox
from machine import MOUNT_POINT, PUBLIC_LINK, Machine
from runner import CANARY

STORE = "/nix/store"
LOG = "/scn/strace"
# Calls that change a file system. For `open` and its kin the flags decide.
CHANGING = re.compile(
    r"^\d+\s+(?:(?:un)?link|symlink|rename|mkdir|rmdir|mknod|creat|truncate|f?chmod|l?f?chown|f?setxattr|utime|mount)\w*\("
)
OPENING = re.compile(r"^\d+\s+open\w*\(.*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND)")


def writable_store(machine: Machine) -> None:
    os.makedirs(STORE, exist_ok=True)
    sandbox.mount("store", STORE, "tmpfs", sandbox.MS_NOSUID | sandbox.MS_NODEV, "mode=1777")


def traced(machine: Machine, *args: str, code: int | None = 0, env: dict | None = None) -> list[str]:
    """Runs the program under strace; gives the lines of the log, with descriptors as paths."""
    options = {} if env is None else {"env": env}
    strace = machine.tool("strace")
    machine.run(*args, code=code, prefix=[strace, "-f", "-y", "-s", "256", "-o", LOG], **options)
    with open(LOG, errors="replace") as log:
        return log.read().splitlines()


def nothing_is_written_into_the_store(machine: Machine) -> None:
    writable_store(machine)
    secrets = [{"name": "token", "sopsFile": "app.yaml", "path": "/etc/ledger/token"},
               {"name": "document", "key": "", "sopsFile": "app.yaml"}]
    templates = [{"name": "t", "file": f"{STORE}/template"}]
    machine.put(f"{STORE}/template", "${token}")
    manifest = machine.manifest(secrets, path=f"{STORE}/manifest.json", sops_files=STORE, templates=templates)
    before = machine.tree(STORE)
    times = {path: os.lstat(path).st_ctime_ns for path in before}

    for _ in range(2):
        for line in traced(machine, manifest):
            if STORE in line and (CHANGING.match(line) or OPENING.match(line)):
                machine.complaints.append(line)
    machine.expect(machine.tree(STORE) == before, "the store has changed")
    machine.expect({path: os.lstat(path).st_ctime_ns for path in before} == times, "something in it was touched")
    for path in before:
        if os.path.isfile(path):
            with open(path, "rb") as file:
                machine.expect(CANARY not in file.read(), f"{path} contains a secret value")
    machine.expect(machine.text(f"{PUBLIC_LINK}/token") == "canary-token-1", "the secret itself")
    machine.expect_only_here(b"AGE-SECRET-KEY-", ("/var/lib/sops-nix/key.txt",))


def places_in_the_store_are_refused(machine: Machine) -> None:
    writable_store(machine)
    secret = {"name": "token", "sopsFile": "app.yaml"}
    for about, secrets, fields in (
        ("path", [{**secret, "path": f"{STORE}/token"}], {}),
        ("path by another spelling", [{**secret, "path": "/nix//./store/token"}], {}),
        ("mount point", [dict(secret)], {"secretsMountPoint": f"{STORE}/secrets.d"}),
        ("public link", [dict(secret)], {"symlinkPath": f"{STORE}/secrets"}),
    ):
        manifest = machine.manifest(secrets, **fields)
        before = machine.tree("/")
        _, out, _ = machine.run(manifest, code=2)
        machine.expect(out == "" and machine.tree("/") == before, f"{about}: something was changed")
        machine.expect(os.listdir(STORE) == [], f"{about}: something is in the store")


def r_h02_there_is_one_thread(machine: Machine) -> None:
    env = {"PATH": "/scn/bin:/usr/bin:/bin", "SOPS_RESTART_UNITS_VIA_SYSTEMCTL": "1"}
    units = {"restartUnits": ["a.service"], "reloadUnits": ["b.service"]}
    for name in ("app.yaml", "app-2.yaml"):
        manifest = machine.manifest([{"name": "token", "sopsFile": name, **units}])
        log = traced(machine, manifest, env=env)
        threads = [line for line in log if "CLONE_THREAD" in line]
        machine.expect(not threads, f"{len(threads)} threads were made")
    machine.expect(any("execve(" in line and "systemctl" in line for line in log), "systemctl was not started")


def r_v06_r_k03_accounts_come_from_two_files_and_no_module_home_or_terminal_is_looked_at(machine: Machine) -> None:
    secrets = [{"name": "token", "sopsFile": "app.yaml", "owner": "web", "group": "backup"}]
    env = {"PATH": "/usr/bin:/bin", "HOME": "/root", "SOPS_AGE_KEY": "AGE-SECRET-KEY-1", "SOPS_AGE_KEY_CMD": "touch /run/ran"}
    machine.put("/root/.config/sops/age/keys.txt", machine.fixtures["keys/main.txt"], 0o600)
    log = traced(machine, machine.manifest(secrets), env=env)
    accounts = [line for line in log if '"/etc/passwd"' in line or '"/etc/group"' in line]
    machine.expect(len(accounts) == 2, f"each file of accounts once: {accounts}")
    for word in ("libnss", "nsswitch", "nscd", "/root/.", "/dev/tty"):
        machine.expect(not any(word in line for line in log if "execve(" not in line), f"{word} was looked at")
    opened = [line for line in log if "openat(" in line and "/etc/sops/app.yaml" in line]
    machine.expect(len(opened) == 1, f"the encrypted file once: {opened}")
    # Resolved before any key is read.
    keys = next(number for number, line in enumerate(log) if "/var/lib/sops-nix/key.txt" in line)
    machine.expect(all(log.index(line) < keys for line in accounts), "a key was read before the accounts")


def r_p01_owner_then_mode_through_the_descriptor_before_the_commit(machine: Machine) -> None:
    manifest = machine.manifest([{"name": "token", "sopsFile": "app.yaml", "owner": "web", "mode": "0440"}])
    log = [line.split(None, 1)[1] for line in traced(machine, manifest)]

    def first(pattern: str, after: int = -1) -> int:
        for number, line in enumerate(log):
            if number > after and re.search(pattern, line):
                return number
        machine.complaints.append(f"no call like {pattern}")
        return after

    made = first(r"^openat\(.*secrets-staging.*\"token\".*O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW.*, 0600\)")
    written = first(r"^write\(.*token", made)
    sized = first(r"^(fstat|newfstatat|statx)\(.*token", written)
    owned = first(r"^fchown\(.*token.*, 990, 0\)", sized)
    allowed = first(r"^fchmod\(.*token.*, 0440\)", owned)
    for call in ("fchown", "fchmod"):
        calls = [line for line in log if line.startswith(f"{call}(") and "/token>" in line]
        machine.expect(len(calls) == 1, f"{call} on the file: {calls}")
    named = first(r"^renameat2\(.*secrets-staging.*RENAME_NOREPLACE", allowed)
    first(r"^rename(at)?2?\(.*\.secrets-new-secrets.*\"secrets\"", named)


def r_m01_without_the_new_mount_calls_the_old_one_serves(machine: Machine) -> None:
    strace = machine.tool("strace")
    inject = [strace, "-f", "-o", "/dev/null", "-e", "inject=fsopen:error=ENOSYS"]
    machine.run(machine.app(), prefix=inject)
    machine.expect(machine.mounts_at(MOUNT_POINT) == 1, "no mount")
    found = machine.tree(MOUNT_POINT).get(MOUNT_POINT, {})
    machine.expect((found.get("mode"), found.get("gid")) == ("0751", 96), f"the mount point is {found}")


BEHAVIOURS = [
    nothing_is_written_into_the_store,
    places_in_the_store_are_refused,
    r_h02_there_is_one_thread,
    r_v06_r_k03_accounts_come_from_two_files_and_no_module_home_or_terminal_is_looked_at,
    r_p01_owner_then_mode_through_the_descriptor_before_the_commit,
    r_m01_without_the_new_mount_calls_the_old_one_serves,
]
