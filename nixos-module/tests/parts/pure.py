"""What needs no nixpkgs: syntax, manifest.nix, the outputs of flake.nix."""

import json
import tempfile
import textwrap

from parts.recorded import differences
from parts.tree import ROOT, TESTS, nix, nix_files


def check(findings, lib, record):
    for name in nix_files():
        done = nix(["--parse", str(ROOT / name)])
        findings.judge("parse", name, [done.stderr.strip()] if done.returncode else [])
    for path in sorted((TESTS / "vm").glob("*.nix")):
        if path.stem not in ("default", "machine"):
            findings.judge("pure", f"script of {path.name}", script_problems(path))
    # Twice where there is the real lib: the stand-in must not say anything else.
    for library in [TESTS / "pure/lib.nix", *([lib] if lib else [])]:
        for name in ("manifest", "files", "package", "flake"):
            value, error = evaluated(name, library)
            recorded = TESTS / f"pure/{name}.json"
            if record and not error:
                recorded.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")
            problems = [error] if error else differences(recorded, value)
            if name == "flake" and value and "missing path" in json.dumps(value):
                problems.append("an output names a path that does not exist")
            findings.judge("pure", f"{name}.nix with {'our' if library.is_file() else 'the real'} lib", problems)


def script_problems(path):
    """A machine's test script is Python."""
    done = nix(["--eval", "--strict", "--json", "-E", f"(import {path}).testScript"])
    if done.returncode:
        return [done.stderr.strip()]
    try:
        compile(textwrap.dedent(json.loads(done.stdout)), path.name, "exec")
    except SyntaxError as error:
        return [str(error)]
    return []


def evaluated(name, library):
    expression = f"import {TESTS}/pure/{name}.nix {{ lib = import {library}; root = {ROOT}; }}"
    with tempfile.TemporaryDirectory() as store:
        done = nix(["--eval", "--strict", "--json", "--read-write-mode", "-E", expression], store)
    return (json.loads(done.stdout), None) if done.returncode == 0 else (None, done.stderr.strip())
