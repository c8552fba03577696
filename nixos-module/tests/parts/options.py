"""docs/reference/options.md, made of what the modules declare."""

import json
import re
import subprocess
import sys

from parts.tree import CASES, ROOT, TESTS

PAGE = ROOT / "docs/reference/options.md"
HEAD = """# Options

Made from the modules by `nixos-module/tests/run options --record`; a check holds it to them. Options that sops-nix does not
have are marked **new**. What they do together is told in the how-to guides.
"""
KINDS = (("nixos", "NixOS", "`sops.*` of the NixOS module."), ("home", "home-manager", "`sops.*` of the home-manager module."))


def check(findings, lib, record):
    listed = {kind: declared(lib, kind) for kind, _, _ in KINDS}
    text = page(listed)
    if record:
        PAGE.write_text(text)
    current = PAGE.exists() and PAGE.read_text() == text
    findings.judge("options", "options.md", [] if current else ["is not what the modules say; `run options --record` writes it"])
    for kind, options in listed.items():
        problems = [f"{option['name']} has no description" for option in options if not option["description"]]
        problems += [f"{option['name']} shows a store path" for option in options if "/nix/store/" in json.dumps(option["default"])]
        upstream = {option["name"]: option for option in recorded(kind)}
        ours = {option["name"] for option in options}
        problems += [f"{name} is missing" for name in upstream.keys() - ours - {f"sops.{name}" for name in RENAMED}]
        problems += [f"no configuration sets {option['name']}" for option in options if not is_set(option["name"])]
        findings.judge("options", f"options of {kind}", problems)


def is_set(name):
    """Whether a case speaks of an option; what is read only is read."""
    return re.search(rf"\b{name.split('.')[-1]}\b", CONFIGURATIONS) is not None


CONFIGURATIONS = "\n".join(path.read_text() for path in sorted(CASES.glob("*/config.nix")))
RENAMED = ("gnupgHome", "sshKeyPaths")


def declared(lib, kind):
    command = [sys.executable, str(TESTS / "eval/evaluate.py"), "--lib", str(lib), "--options", "--kind", kind]
    done = subprocess.run([*command, str(ROOT), str(TESTS / "eval/nothing.nix")], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["options"]


def recorded(kind):
    return json.loads((CASES / f"options/{kind}.json").read_text())["options"]


def page(listed):
    lines = [HEAD]
    for kind, title, about in KINDS:
        lines.append(f"## {title}\n\n{about}\n")
        known = {option["name"] for option in recorded(kind)}
        for option in sorted(listed[kind], key=lambda option: option["name"]):
            if option["visible"] is False:
                continue
            lines.append(entry(option, option["name"] not in known))
    return "\n".join(lines)


def entry(option, is_new):
    name = option["name"].replace("<name>", "‹name›")
    lines = [f"### `{name}`" + (" (new)" if is_new else ""), "", prose(option["description"]), ""]
    lines.append(f"- type: {option['type']}")
    if option["readOnly"]:
        lines.append("- read only")
    if option["default"] is not None:
        lines.append(f"- default: {value(option['default'])}")
    if option["example"] is not None:
        lines.append(f"- example: {value(option['example'])}")
    return "\n".join(lines) + "\n"


def prose(text):
    return re.sub(r"\{option\}`", "`", text.strip())


def value(text):
    """A default or an example: code in backticks, unless it is prose already."""
    text = prose(text)
    if "`" in text or " the " in f" {text}" or text.startswith("SHA") or text == "none":
        return text
    if "\n" in text:
        return "\n\n  ```nix\n" + "\n".join(f"  {line}" for line in text.splitlines()) + "\n  ```"
    return f"`{text}`"
