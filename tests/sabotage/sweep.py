"""Runs every command once for every point and every fault, on all processors.

    sweep.py PROGRAM [COMMAND ...]

With SABOTAGE_CALLS="read close" only at these system calls.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from commands import COMMANDS
from judgement import judge, next_session_tells
from machine import HARNESS, Machine
from points import points

SHOWN = 40


def work(program: str, name: str, number: int, of: int, folder: str) -> None:
    """One worker: every `of`-th point, in a mount namespace of its own. Prints one JSON line."""
    command = next(command for command in COMMANDS if command.name == name)
    Machine.enter(folder)
    machine = Machine(program)
    machine.furnish()
    machine.reset(command)
    log = f"{HARNESS}/log"
    code, stderr = machine.run(command, ["strace", "-qqq", "-e", "signal=none", "-o", log])
    if code != 0:
        print(json.dumps({"passed": 0, "failures": [f"{name}: without any fault: code {code}: {stderr}"]}))
        return
    every = points(open(log).read(), command.typed)
    only = os.environ.get("SABOTAGE_CALLS", "").split()
    every = [point for point in every if not only or point.call in only]
    passed, failures = 0, []
    for point in every[number::of]:
        machine.reset(command)
        code, stderr = machine.run(command, point.inject())
        complaints = judge(machine, command, point, code, stderr)
        if point.kind == "kill" and command.typed:
            complaints += next_session_tells(machine, command)
        if complaints:
            told = " | ".join(stderr.split("\n"))[:300]
            failures.append(f"{name}: {point} (code {code}): {'; '.join(complaints)} [{told}]")
        else:
            passed += 1
    print(json.dumps({"passed": passed, "failures": failures}))


def known(program: str, name: str) -> bool:
    return subprocess.run([program, name, "--help"], capture_output=True).returncode == 0


def sweep(program: str, names: list[str]) -> int:
    passed, failures, skipped = 0, [], 0
    workers = max(2, os.cpu_count() or 2)
    folder = tempfile.mkdtemp(prefix="secrets-sabotage-", dir="/var/tmp")
    copy = f"{folder}/secrets"
    shutil.copy(program, copy)
    try:
        for command in COMMANDS:
            if command.name not in names if names else command.extra:
                continue
            if not known(copy, command.words[0]):
                print(f"LEFT OUT: sabotage of {command.name}: there is no such command yet")
                skipped += 1
                continue
            began = time.monotonic()
            running = [
                subprocess.Popen(["unshare", "--mount", "--propagation", "private", sys.executable, __file__, "--worker",
                                  copy, command.name, str(number), str(workers), f"{folder}/{command.name}-{number}"],
                                 stdout=subprocess.PIPE)
                for number in range(workers)
            ]
            here = 0
            for worker in running:
                out, _ = worker.communicate()
                if worker.returncode != 0 or not out:
                    failures.append(f"{command.name}: a worker ended with {worker.returncode}")
                    continue
                result = json.loads(out)
                here += result["passed"] + len(result["failures"])
                passed += result["passed"]
                failures += result["failures"]
            print(f"{command.name}: {here} points in {time.monotonic() - began:.0f} s", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree("/var/tmp/sabotage", ignore_errors=True)
    for failure in failures[:SHOWN]:
        print(failure)
    if len(failures) > SHOWN:
        print(f"and {len(failures) - SHOWN} more")
    if skipped and os.environ.get("CI") == "true":
        failures.append("something was left out")
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped")
    return 1 if failures else 0


if __name__ == "__main__":
    if sys.argv[1] == "--worker":
        work(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6])
    else:
        sys.exit(sweep(sys.argv[1], sys.argv[2:]))
