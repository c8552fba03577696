#!/usr/bin/env python3
"""Plays activation scenarios with an installer and compares what it does with what was recorded.

    scenarios.py list   [NAME...]                     names, verdicts, one line each
    scenarios.py show   NAME                          the steps with their complete manifests
    scenarios.py check  --program PATH [NAME...]      does PATH keep the contract? exit 1 if not
    scenarios.py check  --program PATH --original     does PATH do exactly what was recorded?
    scenarios.py record --program PATH [NAME...]      write expected.json anew

NAME is a scenario or a pattern such as 'check-*'. Needs root, Linux with mount namespaces, Python 3.11 or later.
See README.md beside this file.
"""

import argparse
import fnmatch
import json
import multiprocessing
import os
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import description
import judgement
import runner

DEFAULT_SET = Path(__file__).resolve().parent.parent.parent / "fixtures" / "activation"
NOT_RECORDED = ("everything", "touched", "leaks")


def expected_path(folder: Path, name: str) -> Path:
    return folder / name / "expected.json"


def as_readable_json(name: str, steps: list[dict]) -> str:
    """JSON with one line for each entry of a tree, so that recordings can be read and compared as text."""
    blocks = []
    for step in steps:
        lines = []
        for key in ("about", *judgement.FACETS):
            value = step[key]
            if key == "tree" and value:
                entries = (f"        {json.dumps(path)}: {json.dumps(entry)}" for path, entry in value.items())
                lines.append('      "tree": {\n' + ",\n".join(entries) + "\n      }")
            else:
                lines.append(f"      {json.dumps(key)}: {json.dumps(value)}")
        blocks.append("    {\n" + ",\n".join(lines) + "\n    }")
    return f'{{\n  "scenario": {json.dumps(name)},\n  "steps": [\n' + ",\n".join(blocks) + "\n  ]\n}\n"


def play_one(task: tuple) -> tuple[str, list[dict] | None, str]:
    """One scenario in a worker process: (name, steps, what went wrong in the runner itself)."""
    scenario, fixtures, options = task
    try:
        return scenario.name, runner.play(scenario, fixtures, **options), ""
    except Exception as error:  # reported by the caller, with the name of the scenario
        return scenario.name, None, f"{type(error).__name__}: {error}"


def play_all(chosen: list, fixtures: dict, options: dict, jobs: int):
    tasks = [(scenario, fixtures, options) for scenario in chosen]
    if jobs == 1:
        yield from map(play_one, tasks)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(play_one, tasks)


def judge(scenario, steps: list[dict], folder: Path, original: bool) -> list[str]:
    path = expected_path(folder, scenario.name)
    if not path.exists():
        return ["no recording: expected.json is missing"]
    recorded = json.loads(path.read_text())["steps"]
    if len(recorded) != len(steps):
        return [f"the recording has {len(recorded)} steps, the description {len(steps)}"]
    if original:
        return judgement.judge_strictly(scenario, recorded, steps)
    return judgement.judge_by_contract(scenario, recorded, steps)


def report_failure(scenario, lines: list[str], steps: list[dict]) -> None:
    print(f"FAIL {scenario.name}: {scenario.about}")
    if scenario.verdict == "differ":
        print(f"     wanted: {scenario.wanted}")
    for line in lines:
        print(f"     {line}")
    for number, step in enumerate(steps, start=1):
        if step["stderr"].strip() and any(line.startswith(f"step {number}:") for line in lines):
            print(f"     step {number} said: {step['stderr'].strip()}")


def command_list(chosen: list) -> int:
    width = max(len(scenario.name) for scenario in chosen)
    for scenario in chosen:
        print(f"{scenario.name:{width}}  {scenario.verdict:6}  {len(scenario.steps)} run(s)  {scenario.about}")
    return 0


def command_show(chosen: list) -> int:
    for scenario in chosen:
        print(f"# {scenario.name} ({scenario.verdict}): {scenario.about}")
        if scenario.verdict == "differ":
            print(f"# why: {scenario.why}\n# wanted: {scenario.wanted}")
        for number, step in enumerate(scenario.steps, start=1):
            print(f"\n## step {number}: {step.about}")
            for path, fixture in step.files.items():
                print(f"fixture  {fixture} -> {path}")
            for action in step.before:
                print(f"before   {json.dumps(action)}")
            print(f"run      {' '.join(step.args)}   (uid {step.uid}, umask {step.umask:03o}, {json.dumps(step.env)})")
            print(f"want     {json.dumps(step.want)}")
            print(step.raw_manifest if step.manifest is None else json.dumps(step.manifest, indent=2))
    return 0


def command_record(chosen: list, folder: Path, results) -> int:
    failures = 0
    by_name = {scenario.name: scenario for scenario in chosen}
    for name, steps, trouble in results:
        if trouble:
            print(f"FAIL {name}: {trouble}")
            failures += 1
            continue
        path = expected_path(folder, name)
        text = as_readable_json(name, [{k: v for k, v in step.items() if k not in NOT_RECORDED} for step in steps])
        state = "unchanged" if path.exists() and path.read_text() == text else "written"
        path.write_text(text)
        print(f"{state:9} {by_name[name].name}")
    return 1 if failures else 0


def read_pending(path: Path | None) -> dict[str, str]:
    """Scenarios that are known not to pass yet, with the reason each."""
    if path is None:
        return {}
    pending = tomllib.loads(path.read_text())
    for name, entry in pending.items():
        if set(entry) != {"why"} or not entry["why"].strip():
            raise description.BadDescription(f"{path}: {name} needs a `why` and nothing else")
    return {name: entry["why"] for name, entry in pending.items()}


def command_check(chosen: list, folder: Path, results, original: bool, verbose: bool, pending: dict[str, str]) -> int:
    """The contract. A scenario in `pending` has to be a `differ` one and has to fail: one that passes must leave the
    list, so that it cannot break again unnoticed."""
    started = time.monotonic()
    by_name = {scenario.name: scenario for scenario in chosen}
    failed = {"same": 0, "differ": 0}
    waiting = 0
    for name, steps, trouble in results:
        scenario = by_name[name]
        lines = [trouble] if trouble else judge(scenario, steps, folder, original)
        if name in pending and not trouble:
            if scenario.verdict == "same":
                lines = ["is pending, but nothing may differ in a `same` scenario", *lines]
            elif lines:
                waiting += 1
                print(f"pending {name}: {pending[name]}")
                continue
            else:
                lines = ["passes now: take it off the pending list"]
        if lines:
            failed[scenario.verdict] += 1
            report_failure(scenario, lines, steps or [])
        elif verbose:
            print(f"ok   {name}")
    total = {verdict: sum(scenario.verdict == verdict for scenario in chosen) for verdict in failed}
    seconds = time.monotonic() - started
    kind = "as recorded" if original else "contract"
    print(
        f"{kind}: same {total['same'] - failed['same']}/{total['same']},"
        f" differ {total['differ'] - failed['differ'] - waiting}/{total['differ']}, {seconds:.1f} s"
    )
    lost = sum(failed.values())
    print(f"{len(chosen) - lost - waiting} passed, {lost} failed, {waiting} skipped")
    return 1 if lost else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["list", "show", "check", "record"])
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenarios or patterns; all of the set if none")
    parser.add_argument("--set", type=Path, default=DEFAULT_SET, dest="folder", help="folder with the scenarios")
    parser.add_argument("--program", type=Path, default=os.environ.get("PROGRAM"), help="the installer (or $PROGRAM)")
    parser.add_argument("--argv0", default="sops-install-secrets", help="name to start the program by")
    parser.add_argument("--arg", action="append", default=[], help="argument before all others, such as a subcommand")
    parser.add_argument("--bind", action="append", default=[], metavar="PATH",
                        help="make PATH of this machine visible to the program, read-only")
    parser.add_argument("--verdict", choices=["same", "differ"], help="only these")
    parser.add_argument("--pending", type=Path, help="TOML file with the scenarios that do not pass yet, and why")
    parser.add_argument("--original", action="store_true", help="compare strictly with the recordings")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", "-v", action="store_true", help="name the scenarios that pass, too")
    return parser.parse_intermixed_args(arguments)


def choose(scenarios: list, names: list[str], verdict: str | None) -> list:
    for name in names:
        if not any(fnmatch.fnmatch(scenario.name, name) for scenario in scenarios):
            raise description.BadDescription(f"no scenario is called {name}")
    return [
        scenario
        for scenario in scenarios
        if (not names or any(fnmatch.fnmatch(scenario.name, name) for name in names))
        and (verdict is None or scenario.verdict == verdict)
    ]


def main(arguments: list[str]) -> int:
    given = parse(arguments)
    try:
        chosen = choose(description.read_set(given.folder), given.names, given.verdict)
        pending = read_pending(given.pending)
        for name in set(pending) - {path.parent.name for path in given.folder.glob("*/scenario.toml")}:
            raise description.BadDescription(f"{given.pending}: no scenario is called {name}")
    except description.BadDescription as error:
        print(f"scenarios.py: {error}", file=sys.stderr)
        return 2
    if given.command == "list":
        return command_list(chosen)
    if given.command == "show":
        return command_show(chosen)
    if given.program is None or not Path(given.program).is_file():
        print("scenarios.py: --program PATH (or $PROGRAM) must name the installer to run", file=sys.stderr)
        return 2
    if os.geteuid() != 0:
        print("scenarios.py: needs root, for mounts and owners", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="activation-") as empty_dir:
        options = {
            "program": Path(given.program).resolve(),
            "argv0": given.argv0,
            "leading_args": given.arg,
            "extra": [os.path.abspath(path) for path in given.bind],
            "empty_dir": Path(empty_dir),
        }
        results = play_all(chosen, runner.read_fixtures(given.folder / "fixtures"), options, given.jobs)
        if given.command == "record":
            return command_record(chosen, given.folder, results)
        return command_check(chosen, given.folder, results, given.original, given.verbose, pending)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
