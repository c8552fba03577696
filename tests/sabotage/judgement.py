"""What has to be true after a fault, wherever it struck."""

import glob
import os
import re

from commands import EDITED, Command
from machine import HARNESS, RECOVERY, TARGET, Machine
from points import Point


def judge(machine: Machine, command: Command, point: Point, code: int | None, stderr: str) -> list[str]:
    if code is None:
        return ["it hangs"]
    old = machine.old(command)
    complaints = []
    try:
        with open(TARGET, "rb") as file:
            now = file.read()
    except FileNotFoundError:
        return ["the file is gone"]
    is_old = now == old
    is_new = not is_old and machine.decrypted(TARGET) == command.after.encode()
    if not (is_old or is_new):
        complaints.append("R-E07: the file is neither the old one nor the new one")
    if code == 0 and not is_new:
        complaints.append("it ended with 0 and the file is not the new one")
    allowed = {TARGET: old} if command.clear_before else {}
    complaints += [f"R-E02: plaintext in {path}" for path in machine.leaks(allowed)]
    edited = os.path.exists(f"{HARNESS}/edited")
    if point.kind == "kill":
        if not command.shared:
            complaints += [f"R-E02: plaintext in memory after a kill: {path}" for path in machine.in_memory()]
    elif command.typed and edited and not is_new:
        complaints += survives(machine, point, stderr)
    return complaints


def survives(machine: Machine, point: Point, stderr: str) -> list[str]:
    """The text that was typed is where the message says."""
    wanted = EDITED.encode()
    told = re.search(r"your text: +(\S+)( \(encrypted\))?", stderr)
    if told:
        path, encrypted = told[1], told[2]
        options = ["--input-type", "binary", "--output-type", "binary"]
        kept = machine.decrypted(path, *options) if encrypted else read(path)
        return [] if kept == wanted else [f"R-E08: the text is not in {path}"]
    # Nobody can be told when it is the message itself that cannot be written.
    if point.silences:
        for path in [*glob.glob(f"{RECOVERY}/*"), *glob.glob("/dev/shm/secrets-unsaved-*/*")]:
            if read(path) == wanted or machine.decrypted(path, "--input-type", "binary", "--output-type", "binary") == wanted:
                return []
        return ["R-E08: the text is lost"]
    return ["R-E08: the text is lost, or its place is not told"]


def read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def next_session_tells(machine: Machine, command: Command) -> list[str]:
    """After a kill in mid-session the next one says so."""
    if not glob.glob(f"{RECOVERY}/*.session") or os.path.getsize(glob.glob(f"{RECOVERY}/*.session")[0]) == 0:
        return []
    machine.base["EDITOR"] = "true"
    try:
        _, stderr = machine.run(command, [])
    finally:
        machine.base["EDITOR"] = f"{HARNESS}/editor"
    return [] if "ended without saving" in stderr else ["the next session does not tell that this one was killed"]
