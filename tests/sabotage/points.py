"""Every system call of a command is a point at which something can go wrong."""

import re
from collections import Counter
from dataclasses import dataclass

ERRNOS = ("ENOSPC", "EIO", "EACCES", "EDQUOT", "EROFS", "EINTR", "EMFILE", "EFBIG")
# The first is strace's own way to start the program; the second cannot fail.
SPARED = {"execve", "exit_group", "exit"}


@dataclass(frozen=True)
class Point:
    call: str
    # The how-manieth call of this name.
    number: int
    kind: str
    what: str
    # It is a line of the program's own messages that fails.
    silences: bool

    def inject(self) -> list[str]:
        fault = f"signal={self.what}" if self.kind in ("kill", "signal") else f"error={self.what}"
        return ["strace", "-qqq", "-o", "/dev/null", "-e", f"trace={self.call}", "-e", "signal=none",
                "-e", f"inject={self.call}:{fault}:when={self.number}"]

    def __str__(self) -> str:
        return f"{self.what} at {self.call} number {self.number}"


def points(log: str, signals: bool) -> list[Point]:
    """All points of a run that strace has recorded."""
    seen: Counter = Counter()
    found = []
    for line in log.splitlines():
        match = re.match(r"(\w+)\(", line)
        if not match or match[1] in SPARED:
            continue
        call = match[1]
        seen[call] += 1
        silences = line.startswith("write(2,") or line.startswith("writev(2,")
        found.append(Point(call, seen[call], "kill", "KILL", silences))
        if signals:
            found += [Point(call, seen[call], "signal", name, silences) for name in ("TERM", "HUP")]
        found += [Point(call, seen[call], "error", name, silences) for name in ERRNOS]
    return found
