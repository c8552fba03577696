"""The examples that people copy: every Nix block in README and docs, and every template, evaluated and fed to the program.

A block is a module of NixOS; the words after `nix` on its first line say what else it is: `home` (home-manager), `flake` (a
whole flake.nix), `file` (parsed alone). Files that an example names and that are not there are made for it, sealed by
real sops for a burnt key, with the keys that it asks for.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

from parts.builds import KEYS, build
from parts.cases import Evaluated, evaluate, refusal
from parts.tree import ROOT, TESTS, nix

BLOCK = re.compile(r"^( *)```nix([^\n]*)\n(.*?)^ *```", re.M | re.S)
ENCRYPTED = re.compile(r"(?<![\w/])(\.{1,2}/[\w./-]*\.(?:yaml|json|env|ini|bin))")
HEADS = {"nixos": "", "home": 'home.username = "operator"; home.homeDirectory = "/home/operator";'}
FORMATS = {".yaml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini", ".bin": "binary"}
ACCEPTED = ["services.nginx", "services.postgresql", "services.caddy", "services.restic", "services.tailscale"]


def check(findings, lib, secrets, scratch):
    if secrets is None or not shutil.which("sops"):
        findings.left_out("examples", "needs the program (--secrets) and real sops")
        return
    programs = scratch / "examples-bin"
    programs.mkdir()
    for name in ("secrets", "sops-install-secrets"):
        (programs / name).symlink_to(secrets.resolve())
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        if page.name == "options.md":
            continue
        for number, match in enumerate(BLOCK.finditer(page.read_text()), 1):
            name = f"{page.relative_to(ROOT)} block {number}"
            place = scratch / f"example-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
            place.mkdir()
            findings.judge("examples", name, of_block(match, lib, place, programs))
    for template in sorted((ROOT / "templates").glob("*/flake.nix")):
        place = scratch / f"template-{template.parent.name}"
        shutil.copytree(template.parent, place)
        findings.judge("templates", template.parent.name, ships_nothing(place) + of_flake(lib, place, programs, True))


def of_block(match, lib, place, programs):
    kind, text = match[2].split() or ["nixos"], match[3]
    if "file" in kind:
        (place / "file.nix").write_text(text)
        done = nix(["--parse", str(place / "file.nix")])
        return [done.stderr.strip()] if done.returncode else []
    if "flake" in kind:
        (place / "flake.nix").write_text(text)
        return of_flake(lib, place, programs, False)
    kind = "home" if "home" in kind else "nixos"
    plain = re.sub(r"(?m)^\s*#.*\n", "", text).strip()
    if re.match(r"\{[^{}=]*\}:|\{$|\{\s", plain):
        module = text
    else:
        module = "{ config, lib, pkgs, inputs, ... }: {\n" + text + "\n}\n"
    (place / "example.nix").write_text(module)
    base = "services.openssh.enable = true;" if kind == "nixos" else HEADS["home"]
    # In a home, services hold anything anyway.
    accepts = " ".join(f'"{root}"' for root in ACCEPTED if kind == "nixos")
    (place / "config.nix").write_text(
        f'{{ kind = "{kind}"; accepts = [ {accepts} ]; module = {{ imports = [ ./example.nix {{ {base} }} ]; }}; }}\n'
    )
    return of_case(lib, place, place / "config.nix", programs)


def of_flake(lib, place, programs, is_template):
    """Every host and every home of a flake."""
    listing = f"builtins.mapAttrs (_: builtins.attrNames) ({flake(lib, place)}).cases"
    with_store = scratch_store(place)
    done = nix(["--eval", "--strict", "--json", "--read-write-mode", "-E", listing], with_store)
    if done.returncode:
        return [done.stderr.strip()]
    problems = []
    names = [(kind, name) for kind, found in json.loads(done.stdout).items() for name in found]
    if is_template and not names:
        problems.append("has no host and no home")
    for kind, name in names:
        case = place / f"case-{name}.nix".replace("@", "-")
        case.write_text(f'({flake(lib, place)}).cases.{kind}."{name}"\n')
        problems += [f"{name}: {problem}" for problem in of_case(lib, place, case, programs)]
    return problems


def flake(lib, place):
    return f'import {TESTS}/eval/flake.nix {{ nixpkgsLib = "{lib}"; project = "{ROOT}"; consumer = "{place}"; }}'


def scratch_store(place):
    return place.parent / f"{place.name}-store"


def of_case(lib, place, case, programs):
    """Evaluated once to learn what is asked of which file, and once more with such files."""
    made = placeholders(place)
    answer = evaluate(lib, case)
    if answer["outcome"] != "ok":
        return [f"does not evaluate: {refusal(answer)}"]
    asked = {}
    for manifest in answer["manifests"].values():
        for secret in manifest["content"]["secrets"]:
            entry = answer["store"].get(secret["sopsFile"].removeprefix("{store}/"), {})
            path = made.get(entry.get("sha256"))
            if path:
                asked.setdefault(path, (secret["format"], []))[1].append(secret)
    for path, (format_, wanted) in asked.items():
        seal(path, format_, wanted)
    manifests = place / f"manifests-{case.stem}"
    answer = evaluate(lib, case, manifests)
    item = Evaluated(case.stem, place, answer, manifests)
    problems = []
    if answer["outcome"] != "ok":
        return [f"does not evaluate with its files: {refusal(answer)}"]
    for name, manifest in answer["manifests"].items():
        without_host = dict(manifest, check=manifest["check"].split("\n")[0])
        said = build(item, name, without_host, programs)
        problems += [f"{name}: the build fails:\n{said}"] if said else []
    for path in made.values():
        path.unlink(missing_ok=True)
    return problems


def placeholders(place):
    """Makes every encrypted file that is named and not there, each with another content; by digest."""
    made = {}
    for source in place.rglob("*.nix"):
        for name in ENCRYPTED.findall(source.read_text()):
            path = (source.parent / name).resolve()
            if path.exists() or place.resolve() not in path.parents:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{path}\n")
            made[hashlib.sha256(path.read_bytes()).hexdigest()] = path
    return made


def seal(path, format_, wanted):
    """Seals a file with a value for every key that is asked for."""
    tree = {}
    for secret in wanted:
        inner, steps = tree, [step for step in (secret.get("leaf") or secret["key"] or "all").split("/")]
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = "sample"
    if format_ in ("yaml", "json"):
        text = json.dumps(tree)
    elif format_ == "dotenv":
        text = "".join(f"{key}=sample\n" for key in tree if re.fullmatch(r"\w+", key)) or "A=sample\n"
    elif format_ == "ini":
        text = "[section]\nkey = sample\n"
    else:
        text = "sample"
    recipient = re.search(r"public key: (age1\w+)", (KEYS / "x25519-a.txt").read_text())[1]
    plain = path.with_name(f"plain-{path.name}")
    plain.write_text(text)
    command = ["sops", "encrypt", "--age", recipient, "--filename-override", path.name]
    command += ["--input-type", format_, "--output-type", format_, "--output", str(path), str(plain)]
    environment = {"PATH": os.environ["PATH"], "HOME": "/homeless-shelter"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    plain.unlink()
    if done.returncode:
        sys.exit(f"sops: {done.stderr}")


def ships_nothing(place):
    """A template has no key, no recipient and no encrypted file."""
    problems = []
    for path in place.rglob("*"):
        text = path.read_text() if path.is_file() else ""
        for mark, what in (("AGE-SECRET-KEY-1", "a key"), ("PRIVATE KEY", "a key"), ("ENC[AES256_GCM", "an encrypted file")):
            if mark in text:
                problems.append(f"ships {what}: {path.name}")
        if re.search(r"age1[02-9ac-hj-np-z]{58}", text):
            problems.append(f"ships a recipient: {path.name}")
    return problems
