"""Several runs at once, readers during flips, runs that are killed."""

import collections
import os
import re
import signal
import subprocess

from machine import MOUNT_POINT, PUBLIC_LINK, SYSTEM_ENV, Machine

ROUNDS, AT_ONCE = 12, 8
PAIRS = 40
FLIPS, READERS = 100, 2
KILLS = 150


def expect_whole(machine: Machine, about: str) -> None:
    """I1, I2: the link is absent or leads to a complete generation of one version."""
    if not os.path.lexists(PUBLIC_LINK):
        return
    tree = machine.tree(machine.live())
    texts = {path.removeprefix(machine.live() + "/"): entry for path, entry in tree.items()
             if entry["type"] == "file" and "/.secrets" not in path}
    machine.expect(set(texts) == {"db/password", "token", "rendered/a.conf"}, f"{about}: files {sorted(texts)}")
    for name, entry in texts.items():
        found = (entry["mode"], entry["uid"], entry["gid"])
        machine.expect(found == ("0400", 0, 0), f"{about}: {name} is {found}")
    token = texts.get("token", {}).get("text")
    machine.expect(token in ("canary-token-1", "canary-token-2"), f"{about}: token {token!r}")
    machine.expect(texts.get("rendered/a.conf", {}).get("text") == token, f"{about}: versions are mixed")


def expect_tidy(machine: Machine, about: str) -> None:
    """I5: at most two generations and nothing else."""
    left = sorted(os.listdir(MOUNT_POINT))
    machine.expect(len(left) <= 2 and all(name.isdigit() for name in left), f"{about}: {left} in the mount point")
    stray = [name for name in os.listdir("/run") if name.startswith(".")]
    machine.expect(not stray, f"{about}: {stray} beside the public link")


def all_at_once(machine: Machine, manifests: list[str], about: str) -> None:
    processes = [machine.command(manifest) for manifest in manifests]
    for process in processes:
        _, err = process.communicate(timeout=120)
        machine.expect(process.returncode == 0, f"{about}: exit {process.returncode}: {err.decode()}")
    machine.expect(machine.mounts_at(MOUNT_POINT) == 1, f"{about}: {machine.mounts_at(MOUNT_POINT)} mounts")


def r_m04_runs_at_once_take_turns(machine: Machine) -> None:
    one, two = machine.app(1), machine.app(2)
    runs = 0
    for number in range(ROUNDS):
        all_at_once(machine, [one, two] * (AT_ONCE // 2), f"round {number}")
        runs += AT_ONCE
    for number in range(PAIRS):
        all_at_once(machine, [one, two], f"pair {number}")
        runs += 2
    expect_whole(machine, "at the end")
    expect_tidy(machine, "at the end")
    machine.expect(machine.live() == f"{MOUNT_POINT}/{runs}", f"{runs} generations wanted, live is {machine.live()}")


READER = """
import os, sys
link, count = sys.argv[1], 0
while not os.path.exists("/scn/stop"):
    try:
        folder = os.open(link, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        print("missing", error); break
    texts = []
    try:
        for name in ("token", "rendered/a.conf"):
            file = os.open(name, os.O_RDONLY, dir_fd=folder)
            texts.append(os.read(file, 100)); os.close(file)
    except FileNotFoundError:
        # Only if two more flips went by meanwhile.
        before, now = os.readlink("/proc/self/fd/%d" % folder), os.readlink(link)
        number = lambda path: int(path.removesuffix(" (deleted)").rsplit("/", 1)[1])
        if number(now) < number(before) + 2: print("missing in", before, "live", now)
        texts = []
    os.close(folder)
    if len(set(texts)) > 1: print("mixed")
    count += 1
print("reads", count)
"""


def r_m05_readers_see_one_version_or_the_other(machine: Machine) -> None:
    manifests = [machine.app(1), machine.app(2)]
    machine.run(manifests[0])
    readers = [subprocess.Popen([machine.tool("python3"), "-c", READER, PUBLIC_LINK], env=SYSTEM_ENV, cwd="/",
                                stdout=subprocess.PIPE, text=True) for _ in range(READERS)]
    for number in range(FLIPS):
        machine.run(manifests[number % 2 - 1])
    open("/scn/stop", "w").close()
    for reader in readers:
        out, _ = reader.communicate(timeout=60)
        *trouble, last = out.splitlines()
        machine.expect(not trouble, f"a reader saw: {trouble[:3]}")
        machine.expect(int(last.removeprefix("reads ")) > 0, "a reader read nothing")


def calls_of_a_run(machine: Machine, manifest: str) -> tuple[list[tuple[str, int]], int]:
    """Each system call of a run as its name and its number among those of that name, which is how strace counts; and
    the position of the first one under the lock."""
    log = "/scn/strace"
    machine.run(manifest, prefix=[machine.tool("strace"), "-f", "-o", log])
    with open(log) as lines:
        names = [found[1] for line in lines if (found := re.match(r"^\d+ +(\w+)\(", line))]
    seen: collections.Counter = collections.Counter()
    calls = []
    for name in names:
        seen[name] += 1
        calls.append((name, seen[name]))
    return calls, names.index("flock")


def injected(machine: Machine, manifest: str, what: str) -> int:
    code, _, _ = machine.run(manifest, code=None,
                             prefix=[machine.tool("strace"), "-f", "-o", "/dev/null", "-e", f"inject={what}"])
    return code


def r_m05_a_kill_before_any_call_leaves_the_old_state_or_the_new_one(machine: Machine) -> None:
    """Kills before every call under the lock, where everything is written, and before some of the calls before that."""
    manifests = [machine.app(1), machine.app(2)]
    machine.run(manifests[0])
    calls, locked = calls_of_a_run(machine, manifests[1])
    early = range(2, locked, max(1, locked // 20))
    points = [calls[number] for number in (*early, *range(locked, len(calls)))][:KILLS]
    killed = 0
    for turn, (name, number) in enumerate(points):
        about = f"killed before {name} number {number}"
        code = injected(machine, manifests[turn % 2], f"{name}:signal=SIGKILL:when={number}")
        killed += code in (-signal.SIGKILL, 128 + signal.SIGKILL)
        expect_whole(machine, about)
        machine.run(manifests[turn % 2])
        expect_whole(machine, f"run again after: {about}")
        expect_tidy(machine, f"run again after: {about}")
    machine.expect(killed > len(points) // 2, f"only {killed} of {len(points)} runs were killed")


# Without these the process itself cannot go on.
NO_ERROR = {"brk", "mmap", "munmap", "mremap", "mprotect", "exit_group", "sigaltstack", "rt_sigaction", "futex"}


def r_m05_an_error_of_any_call_leaves_the_old_state_or_the_new_one(machine: Machine) -> None:
    """Every call under the lock fails once, as on a full file system."""
    manifests = [machine.app(1), machine.app(2)]
    machine.run(manifests[0])
    calls, locked = calls_of_a_run(machine, manifests[1])
    codes: collections.Counter = collections.Counter()
    for turn, (name, number) in enumerate(calls[locked:]):
        if name in NO_ERROR:
            continue
        about = f"{name} number {number} failed"
        before = machine.live()
        code = injected(machine, manifests[turn % 2], f"{name}:error=ENOSPC:when={number}")
        codes[code] += 1
        expect_whole(machine, about)
        machine.expect(code in (0, 1, 4), f"{about}: exit {code}")
        # 0 and 4: the new state is in place; 1: nothing was changed (I4).
        wanted = f"canary-token-{turn % 2 + 1}"
        if code == 1:
            machine.expect(machine.live() == before, f"{about}: exit 1, and {machine.live()} is live")
        else:
            machine.expect(machine.text(f"{PUBLIC_LINK}/token") == wanted, f"{about}: exit {code}, old value")
        machine.run(manifests[turn % 2])
        expect_whole(machine, f"run again after: {about}")
        expect_tidy(machine, f"run again after: {about}")
    machine.expect(codes[1] > 10, f"exit codes {dict(codes)}")


BEHAVIOURS = [
    r_m04_runs_at_once_take_turns,
    r_m05_readers_see_one_version_or_the_other,
    r_m05_a_kill_before_any_call_leaves_the_old_state_or_the_new_one,
    r_m05_an_error_of_any_call_leaves_the_old_state_or_the_new_one,
]
