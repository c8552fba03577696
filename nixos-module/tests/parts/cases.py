"""Configurations against recorded results, against upstream's, and against what each case says of itself."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compare import compare
from parts.recorded import differences, text_of
from parts.tree import CASES, ROOT, TESTS

OUR_SCRIPTS = ("generate-age-key", "setupSecrets", "setupSecretsForUsers", "users", "removeSecrets")
OUR_UNITS = ("sops-install-secrets", "sops-install-secrets-for-users")
# macOS has an order of its own; its module is not there yet.
LATER = "kind = \"darwin\""


class Evaluated:
    """One configuration: its answer, and where its manifests were written."""

    def __init__(self, name, place, answer, manifests):
        self.name = name
        self.place = place
        self.answer = answer
        self.manifests = manifests
        # What its builds said if one of them failed.
        self.failed = ""

    @property
    def case(self):
        return self.answer.get("case", {})


def evaluate(lib, configuration, manifests=None):
    command = [sys.executable, str(TESTS / "eval/evaluate.py"), "--lib", str(lib)]
    command += ["--manifests", str(manifests)] if manifests else []
    done = subprocess.run([*command, str(ROOT), str(configuration)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{configuration}: the harness failed\n{done.stderr}")
    return json.loads(done.stdout)


def evaluate_all(findings, lib, scratch, only):
    """All configurations; the machines of vm/ as configurations of their own."""
    found = []
    for path in sorted(CASES.glob("*/config.nix")):
        if LATER in path.read_text():
            continue
        found.append((path.parent.name, path.parent, path))
    for path in sorted((TESTS / "vm").glob("*.nix")):
        if path.stem not in ("default", "machine"):
            wrapper = scratch / f"vm-{path.stem}.nix"
            wrapper.write_text(f"{{ module = (import {path}).nodes.machine; }}\n")
            found.append((f"vm-{path.stem}", None, wrapper))
    found = [item for item in found if not only or item[0] in only]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda item: evaluate(lib, item[2], scratch / "manifests" / item[0]), found))
    return [
        Evaluated(name, place, answer, scratch / "manifests" / name)
        for (name, place, _), answer in zip(found, answers)
    ]


def as_recorded():
    """What the recorded results say, for checks that need no evaluation."""
    found = []
    for path in sorted(CASES.glob("*/recorded.json")):
        value = json.loads(path.read_text())
        homes = {user: {"systemd": {"services": home["unit"]}} for user, home in value.get("homes", {}).items()}
        sections = {"systemd": {"services": value.get("units", {})}, "homes": homes}
        found.append(Evaluated(path.parent.name, path.parent, {"outcome": value["outcome"], "sections": sections}, None))
    return found


def check(findings, evaluated, lib, record):
    for item in evaluated:
        problems = of_itself(item)
        if item.place:
            recorded = item.place / "recorded.json"
            value = reduced(item.answer)
            if record:
                recorded.write_text(text_of(value))
            problems += differences(recorded, value)
            problems += against_upstream(item)
        elif item.answer["outcome"] != "ok":
            problems.append(f"does not evaluate: {refusal(item.answer)}")
        findings.judge("cases", item.name, problems)
    releases = [Path(place) for place in os.environ.get("NIXPKGS_LIBS", "").split(":") if place]
    for release in releases:
        of_release(findings, evaluated, release)


def of_release(findings, evaluated, release):
    """What other releases of lib make of the same configurations has to be the same."""
    version = (release / ".version").read_text().strip()
    items = [item for item in evaluated if item.place]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda item: evaluate(release, item.place / "config.nix"), items))
    for item, answer in zip(items, answers):
        same = reduced(answer) == reduced(item.answer)
        findings.judge(f"lib {version}", item.name, [] if same else [f"is another one with lib {version}"])


def refusal(answer):
    """Why a configuration was refused, as one text."""
    if answer["outcome"] == "error":
        return "\n".join([answer["error"]["message"], *answer["error"].get("context", [])])
    return "\n".join(answer.get("failedAssertions", []))


def of_itself(item):
    """What the case says: refused or not, words of the refusal, words of warnings."""
    if not item.name.startswith("ours-"):
        return []
    problems, case, answer = [], item.case, item.answer
    refused = answer["outcome"] != "ok"
    if refused != (case.get("verdict") == "should refuse"):
        return [f"is refused: {refusal(answer)}" if refused else "is accepted and should be refused"]
    problems += [f"the refusal does not mention `{word}`:\n{refusal(answer)}" for word in case.get("mentions", []) if word not in refusal(answer)]
    warnings = "\n".join(answer.get("warnings", []))
    problems += [f"no warning mentions `{word}`:\n{warnings}" for word in case.get("warns", []) if word not in warnings]
    if case.get("quiet") and warnings:
        problems.append(f"there should be no warning:\n{warnings}")
    return problems


def against_upstream(item):
    recorded = item.place / "upstream.json"
    upstream = json.loads(recorded.read_text()) if recorded.exists() else None
    found = compare(upstream, item.answer) if upstream else own_wanted(item.answer)
    return [f"{where}: {text}" for kind, where, text in found.lines if kind != "note"]


def own_wanted(answer):
    """What a case of ours wants to see in the answer."""
    from compare import Findings, compare_wanted

    found = Findings()
    compare_wanted(found, answer)
    return found


def reduced(answer):
    """What is recorded of an answer: what the module itself made. Messages of Nix differ from version to version."""
    kept = {"outcome": answer["outcome"]}
    if answer["outcome"] == "error":
        return kept
    for key in ("failedAssertions", "warnings", "observe", "manifests"):
        if answer.get(key):
            kept[key] = answer[key]
    sections = answer.get("sections", {})
    kept["scripts"] = only(sections.get("activationScripts", {}), OUR_SCRIPTS)
    kept["units"] = only(sections.get("systemd", {}).get("services", {}), OUR_UNITS)
    kept["homes"] = {name: of_home(home) for name, home in sections.get("homes", {}).items()}
    kept["store"] = {
        name: entry["text"] for name, entry in answer.get("store", {}).items() if name.startswith(("sops-nix-user", "sops.hostPubKey"))
    }
    return {key: value for key, value in kept.items() if value}


def only(entries, names):
    return {name: entries[name] for name in names if name in entries}


def of_home(home):
    return {
        "activation": only(home.get("activation", {}), ["sops-nix"]),
        "unit": only(home.get("systemd", {}).get("services", {}), ["sops-nix"]),
        "agent": only(home.get("launchd", {}), ["sops-nix"]),
        "order": home.get("activationOrder", []),
    }
