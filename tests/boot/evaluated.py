"""What evaluation makes of `configuration/*.nix`: evaluated anew where nixpkgs' `lib` is, as recorded otherwise."""

import json
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
RECORDED = HERE / "evaluated.json"
CASES = ("host", "late", "scripts", "none", "home", "home-root")


def library():
    """nixpkgs' `lib`, or None."""
    if not shutil.which("nix-instantiate"):
        return None
    given = os.environ.get("NIXPKGS_LIB")
    if given:
        return given
    found = subprocess.run(
        ["nix-instantiate", "--find-file", "nixpkgs/lib"], capture_output=True, text=True
    )
    return found.stdout.strip() or None


def answers(record=False):
    """By name: activation scripts, units, homes, texts and manifests, with `{store}/` before every store path."""
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    lib = library()
    if lib is None:
        print("LEFT OUT: evaluating tests/boot/configuration (no lib of nixpkgs); the recorded texts are run")
        if os.environ.get("LEFT_OUT_MARK"):
            pathlib.Path(os.environ["LEFT_OUT_MARK"]).touch()
        return recorded
    evaluated = {name: evaluate(name, lib) for name in CASES}
    if record:
        RECORDED.write_text(json.dumps(evaluated, indent=1, sort_keys=True) + "\n")
    elif evaluated != recorded:
        raise SystemExit("tests/boot/evaluated.json is not what evaluation gives; record it with tests/boot/run --record")
    return evaluated


def evaluate(name, lib):
    command = [
        "python3",
        ROOT / "nixos-module/tests/eval/evaluate.py",
        "--lib",
        lib,
        ROOT,
        HERE / f"configuration/{name}.nix",
    ]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if answer["outcome"] != "ok":
        raise SystemExit(f"{name}: {answer.get('failedAssertions') or answer.get('message')}")
    sections = answer["sections"]
    services = sections.get("systemd", {}).get("services", {})
    homes = {
        user: {"activation": home["activation"], "services": home["systemd"]["services"]}
        for user, home in sections.get("homes", {}).items()
    }
    return {
        "order": sections.get("activationOrder", []),
        "scripts": {key: script["text"] for key, script in sections.get("activationScripts", {}).items()},
        "dry": [
            key
            for key, script in sections.get("activationScripts", {}).items()
            if script["supportsDryActivation"]
        ],
        "services": {key: unit for key, unit in services.items() if key.startswith("sops-")},
        "homes": homes,
        "texts": {
            key: {"text": item["text"], "executable": item.get("executable") == "1"}
            for key, item in answer["store"].items()
            if "text" in item
        },
        "manifests": {key: item["content"] for key, item in answer["manifests"].items()},
    }
