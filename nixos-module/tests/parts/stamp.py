"""`evaluated.json`: which files were evaluated with the real lib, so that a machine without it can tell."""

import hashlib
import json
import os
import subprocess

from parts.tree import ROOT, TESTS, nix_files

STAMP = TESTS / "evaluated.json"


def digests():
    return {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in nix_files()}


def revision(lib):
    """The commit of lib where it is a git tree, else the release it is of."""
    done = subprocess.run(["git", "-C", str(lib), "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or (lib / ".version").read_text().strip()


def write(findings, lib, configurations):
    value = {"configurations": configurations, "lib": revision(lib), "files": digests()}
    if STAMP.exists() and json.loads(STAMP.read_text())["files"] == value["files"]:
        return
    if os.environ.get("CI") == "true":
        findings.wrong("stamp", "evaluated.json", "is not of these files; run `.ci/run nix` and commit it")
        return
    STAMP.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")
    print(f"stamp: {configurations} configurations evaluated, written to evaluated.json")


def judge(findings):
    """Without lib: every file has to be one that was evaluated elsewhere."""
    recorded = json.loads(STAMP.read_text())["files"] if STAMP.exists() else {}
    now = digests()
    changed = sorted(name for name in recorded.keys() | now.keys() if recorded.get(name) != now.get(name))
    findings.judge(
        "stamp",
        "evaluated.json",
        [f"{name} was not evaluated as it is now; run `.ci/run nix` with NIXPKGS_LIB" for name in changed],
    )
