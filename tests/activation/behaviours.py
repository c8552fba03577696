#!/usr/bin/env python3
"""Behaviours of an activation that no recording of the original can show. Names say what holds.

    behaviours.py --program PATH [NAME...]

Needs root and mount namespaces. A behaviour that needs a tool which is not there is left out loudly, and fails when CI=true.
The last line is `N passed, N failed, N skipped`.
"""

import argparse
import fnmatch
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import contention
import runner
import sandbox
import surroundings
import takeover
import tracing
from machine import LeftOut, Machine

ARGV0 = "sops-install-secrets"
FIXTURES = takeover.RECORDED / "fixtures"
ALL = [*takeover.BEHAVIOURS, *tracing.BEHAVIOURS, *surroundings.BEHAVIOURS, *contention.BEHAVIOURS]


def play(behaviour, program: Path, fixtures: dict[str, bytes], empty_dir: Path) -> tuple[list[str], str]:
    """Complaints, and the reason why it was left out."""

    def work() -> bytes:
        machine = Machine(fixtures, ARGV0)
        try:
            behaviour(machine)
        except LeftOut as reason:
            return json.dumps([machine.complaints, str(reason)]).encode()
        return json.dumps([machine.complaints, ""]).encode()

    complaints, left_out = json.loads(sandbox.run_apart(work, empty_dir=empty_dir, program=program, argv0=ARGV0, extra=[]))
    return complaints, left_out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="behaviours or patterns; all of them if none")
    parser.add_argument("--program", type=Path, required=True)
    given = parser.parse_args()
    chosen = [one for one in ALL
              if not given.names or any(fnmatch.fnmatch(one.__name__, name) for name in given.names)]
    fixtures = runner.read_fixtures(FIXTURES)
    passed, failed, skipped = 0, 0, 0
    for behaviour in chosen:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="activation-") as empty_dir:
            try:
                complaints, left_out = play(behaviour, given.program.resolve(), fixtures, Path(empty_dir))
            except RuntimeError as error:
                complaints, left_out = [str(error)], ""
        if left_out and os.environ.get("CI") == "true":
            complaints.append(f"was left out: {left_out}")
        seconds = time.monotonic() - started
        if complaints:
            failed += 1
            print(f"FAIL {behaviour.__name__} ({seconds:.1f} s)")
            for complaint in complaints[:20]:
                print(f"     {complaint}")
        elif left_out:
            skipped += 1
            print(f"LEFT OUT: {behaviour.__name__}: {left_out}")
        else:
            passed += 1
            print(f"ok   {behaviour.__name__} ({seconds:.1f} s)")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
