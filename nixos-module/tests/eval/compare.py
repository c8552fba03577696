#!/usr/bin/env python3
"""Compares what two modules make of one configuration: `compare.py UPSTREAM.json OURS.json`.

Both files are canonical JSON from `evaluate.py`. Three kinds of lines are printed:

  different  something that has to be the same is not; exit status 1
  wanted     an improvement that the case asks for is not there; exit status 1 with --wanted
  note       an allowed difference that a reader may want to know of

The rules are in README.md, section "What has to be the same".
"""

import argparse
import json
import re
import sys
from pathlib import Path

TOKEN = re.compile(r"\{store\}/([0-9a-zA-Z+\-._?=]+)(~[0-9a-f]{8})?((?:/[0-9a-zA-Z+\-._?=@%,~]+)*)")
OWN_UNITS = ("sops-install-secrets", "sops-install-secrets-for-users")
OWN_SCRIPTS = ("setupSecrets", "setupSecretsForUsers", "generate-age-key", "users", "postActivation")
RELATIONS = ("wantedBy", "requiredBy", "before", "after", "wants", "requires", "conflicts", "aliases", "upheldBy")


class Findings:
    """What was found, in the order it was found."""

    def __init__(self):
        self.lines = []

    def add(self, kind, where, text):
        self.lines.append((kind, where, text))

    def different(self, where, text):
        self.add("different", where, text)

    def wanted(self, where, text):
        self.add("wanted", where, text)

    def note(self, where, text):
        self.add("note", where, text)

    def changed(self, where, upstream, ours):
        self.different(where, f"upstream {show(upstream)}, ours {show(ours)}")

    def count(self, kind):
        return sum(line[0] == kind for line in self.lines)


def show(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 160 else text[:157] + "..."


class Side:
    """One of the two answers, with what its store objects hold."""

    def __init__(self, answer):
        self.answer = answer
        self.store = answer.get("store", {})
        # A gpg has to be named where the configuration asks for PGP, not where it comes in by a default.
        self.asks_for_gpg = any(gpg.get("home") or gpg.get("qubes-split-gpg", {}).get("enable") for gpg in gnupg_options(answer))

    def plain(self, value):
        """`value` with file names in it replaced by what the files hold, so that only content counts."""
        if isinstance(value, dict):
            return {key: self.plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        if isinstance(value, str):
            return TOKEN.sub(self.content, value)
        return value

    def content(self, match):
        name, suffix, rest = match[1], match[2] or "", match[3]
        for key in (name + suffix + rest, name + suffix):
            entry = self.store.get(key, {})
            if "sha256" in entry:
                return f"<file {entry['sha256'][:16]}>"
        if "text" in self.store.get(name + suffix, {}):
            return f"<text {self.plain(self.store[name + suffix]['text'])}>{rest}"
        return f"<{name}>{rest}"

    def reached_text(self, value):
        """All text that is run from `value`: its strings, and the texts of the scripts that they name."""
        seen, texts, waiting = set(), [], [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, dict):
                waiting += item.values()
            elif isinstance(item, list):
                waiting += item
            elif isinstance(item, str):
                texts.append(item)
                for match in TOKEN.finditer(item):
                    name = match[1] + (match[2] or "")
                    if name not in seen:
                        seen.add(name)
                        waiting += [self.store.get(name, {}).get(key, "") for key in ("text", "buildCommand")]
        return "\n".join(texts)


def gnupg_options(answer):
    """`sops.gnupg` of the system and of each user."""
    sections = answer.get("sections", {})
    for part in [sections, *sections.get("homes", {}).values()]:
        yield part.get("sops", {}).get("gnupg", {})


## Outcome


def refusal(answer):
    """The messages of a configuration that is refused, or None."""
    return {
        "ok": lambda: None,
        "error": lambda: answer["error"]["message"],
        "assertions": lambda: "\n".join(answer["failedAssertions"]),
    }[answer["outcome"]]()


def compare_outcome(findings, upstream, ours):
    """True if both evaluate, so that there is more to compare."""
    case = ours.get("case") or upstream.get("case") or {}
    verdict = case.get("verdict", "same")
    theirs, own = refusal(upstream), refusal(ours)
    if theirs is not None and own is None:
        findings.different("outcome", f"upstream refuses the configuration, ours accepts it: {first_line(theirs)}")
    elif theirs is None and own is not None and verdict == "same":
        findings.different("outcome", f"upstream accepts the configuration, ours refuses it: {first_line(own)}")
    elif theirs is None and own is None and verdict == "should refuse":
        findings.wanted("outcome", "ours accepts the configuration and should refuse it")
    if own is not None and (theirs is not None or verdict != "same"):
        for word in case.get("mentions", []):
            if word not in own:
                said = theirs is not None and word in theirs
                (findings.different if said else findings.wanted)("outcome", f"the message does not mention `{word}`")
    return theirs is None and own is None


def first_line(text):
    return next((line for line in text.splitlines() if line.strip()), "")


## Manifests

SECRET_DEFAULTS = {
    "name": "", "key": "", "path": "", "owner": None, "uid": 0, "group": None, "gid": 0, "sopsFile": "",
    "format": "yaml", "mode": "", "restartUnits": [], "reloadUnits": [], "neededForUsers": False,
}
TEMPLATE_DEFAULTS = {
    "name": "", "path": "", "mode": "", "owner": None, "uid": 0, "group": None, "gid": 0,
    "restartUnits": [], "reloadUnits": [],
}
TOP_DEFAULTS = {
    "secretsMountPoint": "", "symlinkPath": "", "keepGenerations": 0, "sshKeyPaths": [], "gnupgHome": "",
    "ageKeyFile": "", "ageSshKeyPaths": [], "useTmpfs": False, "userMode": False,
}


def field(entry, name, defaults):
    """A field as the installer reads it: null and absent are the default."""
    value = entry.get(name)
    return defaults[name] if value is None else value


def compare_fields(findings, where, defaults, upstream, ours, sides):
    for name in defaults:
        if name == "uid" and upstream.get("owner") is not None and ours.get("owner") is not None:
            continue
        if name == "gid" and upstream.get("group") is not None and ours.get("group") is not None:
            continue
        theirs = sides[0].plain(field(upstream, name, defaults))
        own = sides[1].plain(field(ours, name, defaults))
        if theirs != own:
            findings.changed(f"{where}: {name}", theirs, own)


def by_name(entries):
    """Entries by name; entries of one name are numbered."""
    named = {}
    for entry in entries or []:
        name, number = entry.get("name", ""), 1
        while (name, number) in named:
            number += 1
        named[name, number] = entry
    return named


def paired(findings, where, upstream, ours):
    """Pairs of entries of the same name; the others are reported."""
    theirs, own = by_name(upstream), by_name(ours)
    for name, number in theirs.keys() - own.keys():
        findings.different(where, f"`{name}` is missing")
    for name, number in own.keys() - theirs.keys():
        findings.different(where, f"`{name}` is there and should not be")
    common = [key for key in theirs if key in own]
    if common != [key for key in own if key in theirs]:
        findings.note(where, "the order is another one")
    return [(key[0], theirs[key], own[key]) for key in common]


def without_our_own(findings, where, upstream, ours):
    """Our secrets without those that upstream should have installed as well, and as upstream spells their paths.

    A secret of the login set that a template names is in the regular manifest too, or the template could not be rendered.
    A home secret whose default path shows the attribute name while its `name` is another is there under both names.
    """
    links = upstream.get("symlinkPath")
    known = {secret.get("name") for secret in upstream.get("secrets") or []}
    split = {s["path"]: s["name"] for s in upstream.get("secrets") or [] if upstream.get("userMode") and s["path"].startswith(f"{links}/")}
    kept = []
    for secret in ours.get("secrets") or []:
        name, path = secret.get("name"), secret.get("path")
        text = " ".join(template.get("content") or "" for template in ours.get("templates") or [])
        place = (ours.get("placeholderBySecretName") or {}).get(name)
        if name in known:
            other = next((p for p, n in split.items() if n == name and p != path), None)
            twin = any(s.get("path") == other == f"{links}/{s.get('name')}" for s in ours["secrets"])
            kept.append(dict(secret, path=other) if other and twin else secret)
        elif path in split or secret.get("neededForUsers") and place and place in text:
            findings.note(where, f"`{name}` is there as well")
        else:
            kept.append(secret)
    return kept


def template_text(template, side):
    """What the installer renders: the content, or the file's text if there is no content."""
    if template.get("content"):
        return side.plain(template["content"])
    text = side.plain(template.get("file") or "")
    return text.removeprefix("<text ").removesuffix(">") if text.startswith("<text ") else text


def compare_manifest(findings, where, upstream, ours, sides):
    compare_fields(findings, where, TOP_DEFAULTS, upstream, ours, sides)
    for key in ("keyImport", "secretChanges"):
        theirs, own = ((side.get("logging") or {}).get(key) or False for side in (upstream, ours))
        if theirs != own:
            findings.changed(f"{where}: logging.{key}", theirs, own)
    secrets = without_our_own(findings, f"{where}: secrets", upstream, ours)
    for name, theirs, own in paired(findings, f"{where}: secrets", upstream.get("secrets"), secrets):
        compare_fields(findings, f"{where}: secret {name}", SECRET_DEFAULTS, theirs, own, sides)
        digest, own_digest = theirs.get("sopsFileHash"), own.get("sopsFileHash")
        if digest is not None and own_digest is None:
            findings.note(f"{where}: secret {name}", "no sopsFileHash")
        elif None not in (digest, own_digest) and digest != own_digest:
            findings.changed(f"{where}: secret {name}: sopsFileHash", digest, own_digest)
    texts = []
    for name, theirs, own in paired(findings, f"{where}: templates", upstream.get("templates"), ours.get("templates")):
        compare_fields(findings, f"{where}: template {name}", TEMPLATE_DEFAULTS, theirs, own, sides)
        text, own_text = template_text(theirs, sides[0]), template_text(own, sides[1])
        texts.append(text)
        if text != own_text:
            findings.changed(f"{where}: template {name}: text", text, own_text)
    if upstream.get("templates"):
        names = {secret.get("name") for secret in upstream["secrets"]}
        own_places = ours.get("placeholderBySecretName") or {}
        for name, place in (upstream.get("placeholderBySecretName") or {}).items():
            # Upstream goes by attribute name, its installer by the secret's name: either may be the key.
            used = any(place in text for text in texts)
            if name in names and own_places.get(name) != place or used and place not in own_places.values():
                findings.changed(f"{where}: placeholder of {name}", place, own_places.get(name))


def roles(answer):
    """Manifests by what they are for; of two for the same role the one that is run counts."""
    found = {}
    for name in sorted(answer.get("manifests", {})):
        manifest = answer["manifests"][name]
        before = found.get(manifest["role"])
        if before is not None and before.get("runBy") and manifest.get("runBy"):
            found.setdefault(manifest["role"] + f" ({name})", manifest)
        elif before is None or manifest.get("runBy"):
            found[manifest["role"]] = manifest
    return found


def matched_roles(findings, upstream, ours):
    """(role, upstream's manifest, ours); a second manifest of one role, as specialisations have, is found by who runs it."""
    theirs, own = roles(upstream), roles(ours)
    for role, manifest in sorted(theirs.items()):
        base = role.split(" (")[0]
        candidates = [other for name, other in own.items() if name.split(" (")[0] == base]
        runners = set(manifest.get("runBy", []))
        candidates.sort(key=lambda other: -len(runners & set(other.get("runBy", []))))
        if candidates:
            yield role, manifest, candidates[0]
        elif runners:
            findings.different(f"manifest {role}", "is missing")
    for role in sorted({name.split(" (")[0] for name in own} - {name.split(" (")[0] for name in theirs}):
        findings.note(f"manifest {role}", "only ours has one")


def compare_manifests(findings, upstream, ours, sides):
    for role, theirs, own in matched_roles(findings, upstream, ours):
        where = f"manifest {role}"
        compare_manifest(findings, where, theirs["content"], own["content"], sides)
        compare_runners(findings, where, theirs.get("runBy", []), own.get("runBy", []))
        if theirs["check"] and not own["check"]:
            findings.wanted(where, "no check when it is built")
        elif check_mode(own["check"]) is None:
            findings.note(where, f"checked by a command of our own: {show(own['check'])}")
        elif check_mode(theirs["check"]) != check_mode(own["check"]):
            findings.different(where, f"checked as {check_mode(own['check'])}, upstream as {check_mode(theirs['check'])}")


def check_mode(check):
    found = re.search(r"-check-mode=(\w+)", check)
    return found[1] if found else None


# On macOS the daemon that runs at load has to be there, for the next boot; a second run at activation need not.
SECOND_RUN = "activation script postActivation"


def compare_runners(findings, where, upstream, ours):
    for place in upstream:
        if place not in ours and place == SECOND_RUN:
            findings.note(where, f"not run by {place}")
        elif place not in ours:
            findings.different(where, f"not run by {place}, but by {show(ours)}")
    for place in ours:
        if place not in upstream:
            findings.note(where, f"also run by {place}" if upstream else f"run by {place}; upstream never runs it")


## Scripts and units


def before_pairs(scripts, order):
    """(a, b) for each b that depends on a, directly or not, where both are in the order."""
    for name in scripts:
        seen, waiting = set(), list(scripts[name].get("deps", []))
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting += scripts.get(other, {}).get("deps", [])
                if other in order:
                    yield other, name


def compare_scripts(findings, where, upstream, ours, sides, in_units):
    theirs, own = upstream.get("activationScripts", {}), ours.get("activationScripts", {})
    for name, script in theirs.items():
        place = f"{where}activation script {name}"
        if name not in own:
            if name == "generate-age-key" and in_units:
                findings.note(place, "not there; the unit has to generate the key")
            elif place != SECOND_RUN:
                findings.different(place, "is missing")
            continue
        if name not in OWN_SCRIPTS:
            contained(findings, place, script, own[name], sides, exact=True)
            continue
        if script.get("supportsDryActivation", False) and not own[name].get("supportsDryActivation", False):
            findings.different(place, "does not run in a dry activation")
        compare_commands(findings, place, script, own[name], sides)
    for name in own.keys() - theirs.keys():
        findings.note(f"{where}activation script {name}", "only ours has it")
    order = ours.get("activationOrder", [])
    if order:
        for first, second in set(before_pairs(theirs, upstream["activationOrder"])):
            if first in order and second in order and order.index(first) > order.index(second):
                findings.different(f"{where}activation order", f"`{first}` comes after `{second}`")
            elif second in own and first in order and first not in dependencies(own, second):
                findings.different(f"{where}activation script {second}", f"does not depend on `{first}`")


def dependencies(scripts, name):
    seen, waiting = set(), [name]
    while waiting:
        for other in scripts.get(waiting.pop(), {}).get("deps", []):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def compare_commands(findings, place, upstream, ours, sides):
    """The installer's flags and environment in two pieces of shell text."""
    theirs, own = sides[0].reached_text(upstream), sides[1].reached_text(ours)
    for mark in ("-ignore-passwd",):
        if (mark in theirs) != (mark in own):
            findings.different(place, f"`{mark}` is {'missing' if mark in theirs else 'given'}")
    for name, value in re.findall(r"(?m)^\s*export (\w+)='(.*)'$", theirs):
        compare_variable(findings, place, name, value, own, sides)


def compare_variable(findings, place, name, value, own_text, sides):
    """One environment variable of upstream's installer, looked for in our text."""
    plain_text = sides[1].plain(own_text)
    if name == "HOME":
        return
    if name == "PATH":
        for directory in filter(None, value.split(":")):
            if sides[0].plain(directory) not in plain_text:
                findings.different(place, f"{directory} is not on PATH")
    elif name == "SOPS_GPG_EXEC" and name not in own_text and not sides[0].asks_for_gpg:
        findings.note(place, "no SOPS_GPG_EXEC")
    elif name not in own_text or sides[0].plain(value) not in plain_text:
        findings.different(place, f"variable {name} does not get {show(value)}")


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def compare_own_unit(findings, place, upstream, ours, sides):
    for relation in RELATIONS:
        for other in upstream.get(relation, []):
            if other not in ours.get(relation, []):
                findings.different(place, f"{relation} lacks {other}")
    for section in ("serviceConfig", "unitConfig"):
        theirs, own = upstream.get(section, {}), ours.get(section, {})
        for key, value in theirs.items():
            if key == "RequiresMountsFor":
                mounts = [path for item in as_list(own.get(key)) for path in item.split()]
                for path in as_list(value):
                    if path not in mounts and path not in as_list(own.get(key)):
                        findings.different(place, f"RequiresMountsFor lacks {path}")
            elif key != "ExecStart" and (key not in own or truth(value) != truth(own[key])):
                findings.changed(f"{place}: {section}.{key}", value, own.get(key))
    for name, value in upstream.get("environment", {}).items():
        own = ours.get("environment", {}).get(name)
        if own is None and name == "SOPS_GPG_EXEC" and not sides[0].asks_for_gpg:
            findings.note(place, "no SOPS_GPG_EXEC")
        elif sides[0].plain(value) != sides[1].plain(own):
            findings.changed(f"{place}: environment.{name}", value, own)
    for package in upstream.get("path", []):
        if sides[0].plain(package) not in sides[1].plain(ours.get("path", [])):
            findings.different(place, f"path lacks {package}")
    commands = [{"ExecStart": unit.get("serviceConfig", {}).get("ExecStart"), "script": unit.get("script")} for unit in (upstream, ours)]
    compare_commands(findings, place, commands[0], commands[1], sides)


def truth(value):
    """systemd's many words for yes and no."""
    if value in (True, "true", "yes", "on", "1"):
        return True
    return False if value in (False, "false", "no", "off", "0") else value


def compare_units(findings, where, upstream, ours, sides):
    for name, unit in upstream.get("services", {}).items():
        place = f"{where}unit {name}"
        own = ours.get("services", {}).get(name)
        if own is None:
            findings.different(place, "is missing")
        elif name in OWN_UNITS:
            compare_own_unit(findings, place, unit, own, sides)
        else:
            contained(findings, place, unit, own, sides, exact=True)
    for name in ours.get("services", {}).keys() - upstream.get("services", {}).keys():
        findings.note(f"{where}unit {name}", "only ours has it")
    for kind in upstream.keys() - {"services"}:
        contained(findings, f"{where}{kind}", upstream[kind], ours.get(kind), sides)


def contained(findings, where, upstream, ours, sides, exact=False):
    """All of upstream's value is in ours; with `exact` nothing else is."""
    if isinstance(upstream, dict) and isinstance(ours, dict):
        for key, value in upstream.items():
            if key not in ours:
                if value not in (None, [], {}, ""):
                    findings.different(f"{where}: {key}", "is missing")
            else:
                contained(findings, f"{where}: {key}", value, ours[key], sides, exact)
        for key in (ours.keys() - upstream.keys()) if exact else ():
            findings.different(f"{where}: {key}", f"only ours has it: {show(ours[key])}")
    elif isinstance(upstream, list) and isinstance(ours, list) and not exact:
        own = sides[1].plain(ours)
        for item in sides[0].plain(upstream):
            if item not in own:
                findings.different(where, f"lacks {show(item)}")
    elif sides[0].plain(upstream) != sides[1].plain(ours):
        findings.changed(where, upstream, ours)


## Options and homes


def compare_options(findings, where, upstream, ours, sides):
    """Values of `config.sops`: each of upstream's is the same here; more of them are allowed."""
    theirs = dict(upstream)
    environment = theirs.pop("environment", {})
    for name, value in environment.items():
        own = ours.get("environment", {}).get(name) if isinstance(ours.get("environment"), dict) else None
        if own is None and (name == "PATH" or name == "SOPS_GPG_EXEC" and not sides[0].asks_for_gpg):
            findings.note(f"{where}sops.environment.{name}", "not set by our module")
        elif sides[0].plain(value) != sides[1].plain(own):
            findings.changed(f"{where}sops.environment.{name}", value, own)
    for key, value in theirs.items():
        if key not in ours:
            findings.different(f"{where}sops.{key}", "no such option")
        else:
            compare_values(findings, f"{where}sops.{key}", value, ours[key], sides)


def compare_values(findings, where, upstream, ours, sides):
    """As `contained`, but lists have to be equal: an option's value is read by other code."""
    if isinstance(upstream, dict) and isinstance(ours, dict):
        for key, value in upstream.items():
            if key not in ours:
                findings.different(f"{where}.{key}", "is missing")
            else:
                compare_values(findings, f"{where}.{key}", value, ours[key], sides)
    elif sides[0].plain(upstream) != sides[1].plain(ours):
        findings.changed(where, upstream, ours)


def variables(service):
    """NAME -> value of a user unit's Environment lines, whose pairs may be quoted."""
    pairs = {}
    for line in as_list(service.get("Environment")):
        for single, double, bare in re.findall(r"'([^']*)'|\"([^\"]*)\"|(\S+)", line):
            name, _, value = (single or double or bare).partition("=")
            pairs[name] = value
    return pairs


def compare_home(findings, where, upstream, ours, sides):
    compare_options(findings, where, upstream["sops"], ours["sops"], sides)
    for name, entry in upstream.get("activation", {}).items():
        if name not in ours.get("activation", {}):
            findings.different(f"{where}activation {name}", "is missing")
        elif name != "sops-nix":
            contained(findings, f"{where}activation {name}", entry, ours["activation"][name], sides, exact=True)
    for name in ours.get("activation", {}).keys() - upstream.get("activation", {}).keys():
        findings.note(f"{where}activation {name}", "only ours has it")
    services, own_services = (side.get("systemd", {}).get("services", {}) for side in (upstream, ours))
    for name, unit in services.items():
        own, place = own_services.get(name), f"{where}unit {name}"
        if own is None:
            findings.different(place, "is missing")
            continue
        if name != "sops-nix":
            contained(findings, place, unit, own, sides, exact=True)
            continue
        for target in as_list(unit["Install"]["WantedBy"]):
            if target not in as_list(own.get("Install", {}).get("WantedBy")):
                findings.different(place, f"WantedBy lacks {target}")
        if unit["Service"]["Type"] != own.get("Service", {}).get("Type"):
            findings.changed(f"{place}: Type", unit["Service"]["Type"], own.get("Service", {}).get("Type"))
        text = sides[1].reached_text(own) + "\n" + "\n".join(f"{k}={v}" for k, v in variables(own["Service"]).items())
        for variable, value in variables(unit["Service"]).items():
            compare_variable(findings, place, variable, value, text, sides)
        compare_commands(findings, place, unit["Service"].get("ExecStart"), own["Service"].get("ExecStart"), sides)
    for name in own_services.keys() - services.keys():
        findings.note(f"{where}unit {name}", "only ours has it")
    for kind in upstream.get("systemd", {}).keys() - {"services"}:
        contained(findings, f"{where}{kind}", upstream["systemd"][kind], ours.get("systemd", {}).get(kind), sides)
    compare_jobs(findings, f"{where}agent", "config", upstream.get("launchd", {}), ours.get("launchd", {}), sides)
    for section in ("files", "sessionVariables", "packages"):
        contained(findings, f"{where}{section}", upstream[section], ours[section], sides)


def compare_jobs(findings, where, section, upstream, ours, sides):
    """launchd jobs: the program is our own, when it runs and with which environment is not."""
    for name, job in upstream.items():
        if name not in ours:
            findings.different(f"{where} {name}", "is missing")
            continue
        theirs, own = job.get(section, {}), ours[name].get(section, {})
        if ours[name].get("enable") != job.get("enable"):
            findings.different(f"{where} {name}", "is not enabled")
        for key in ("Label", "RunAtLoad", "KeepAlive"):
            if theirs.get(key) != own.get(key):
                findings.changed(f"{where} {name}: {key}", theirs.get(key), own.get(key))
        text = sides[1].reached_text(ours[name])
        for variable, value in theirs.get("EnvironmentVariables", {}).items():
            compare_variable(findings, f"{where} {name}", variable, value, text, sides)
        compare_commands(findings, f"{where} {name}", job, ours[name], sides)
    for name in ours.keys() - upstream.keys():
        findings.note(f"{where} {name}", "only ours has it")


def compare_sections(findings, where, upstream, ours, sides, in_units):
    compare_scripts(findings, where, upstream, ours, sides, in_units)
    compare_units(findings, where, upstream.get("systemd", {}), ours.get("systemd", {}), sides)
    for kind, jobs in upstream.get("launchd", {}).items():
        compare_jobs(findings, f"{where}{kind}", "serviceConfig", jobs, ours.get("launchd", {}).get(kind, {}), sides)
    if "sops" in upstream:
        compare_options(findings, where, upstream["sops"], ours.get("sops", {}), sides)
    for section in ("users", "groups"):
        for name in upstream.get(section, {}).keys() - ours.get(section, {}).keys():
            findings.different(f"{where}{section}", f"`{name}` is missing")
    for section in ("users", "groups", "environment", "fileSystems"):
        contained(findings, f"{where}{section}", upstream.get(section, {}), ours.get(section, {}), sides)
    for name, home in upstream.get("homes", {}).items():
        if name not in ours.get("homes", {}):
            findings.different(f"{where}home {name}", "is missing")
        else:
            compare_home(findings, f"{where}home {name}: ", home, ours["homes"][name], sides)
    for name, special in upstream.get("specialisations", {}).items():
        own = ours.get("specialisations", {}).get(name, {})
        compare_sections(findings, f"{where}specialisation {name}: ", special, own, sides, in_units)


## The whole


def lookup(answer, path):
    """A value by its dotted path, or None."""
    value = answer
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def compare_wanted(findings, ours):
    for path, value in (ours.get("case") or {}).get("wanted", {}).items():
        own = lookup(ours, path)
        missing = [item for item in as_list(value) if item not in as_list(own)]
        if missing:
            findings.wanted(path, f"lacks {show(missing)}")


def compare(upstream, ours):
    """All findings for one configuration."""
    findings = Findings()
    if not compare_outcome(findings, upstream, ours):
        return findings
    sides = (Side(upstream), Side(ours))
    if len(ours["warnings"]) < len(upstream["warnings"]):
        findings.different("warnings", f"upstream warns: {show(upstream['warnings'])}")
    for text in ours["warnings"]:
        if text not in upstream["warnings"]:
            findings.note("warnings", f"ours warns: {text}")
    for name in upstream["build"].keys() - ours["build"].keys():
        findings.different(f"build output {name}", "is missing")
    compare_manifests(findings, upstream, ours, sides)
    in_units = any("unit " in place for manifest in upstream["manifests"].values() for place in manifest.get("runBy", []))
    compare_sections(findings, "", upstream["sections"], ours["sections"], sides, in_units)
    compare_values(findings, "observe", upstream["observe"], ours["observe"], sides)
    compare_wanted(findings, ours)
    return findings


def compare_option_lists(upstream, ours):
    """Findings for two answers of `evaluate.py --options`."""
    findings = Findings()
    own = {option["name"]: option for option in ours["options"]}
    for option in upstream["options"]:
        other = own.pop(option["name"], None)
        if other is None:
            findings.different(option["name"], "no such option")
        else:
            if option["readOnly"] != other["readOnly"]:
                findings.changed(f"{option['name']}: read-only", option["readOnly"], other["readOnly"])
            for what in ("type", "default"):
                if option[what] != other[what]:
                    findings.note(f"{option['name']}: {what}", f"upstream {show(option[what])}, ours {show(other[what])}")
    for name in own:
        findings.note(name, "only ours has it")
    return findings


def print_findings(findings, title, notes):
    shown = [line for line in findings.lines if notes or line[0] != "note"]
    state = "different" if findings.count("different") else "same"
    extra = ", ".join(f"{findings.count(kind)} {kind}" for kind in ("different", "wanted", "note") if findings.count(kind))
    print(f"{title}: {state}" + (f" ({extra})" if extra else ""))
    for kind, where, text in shown:
        print(f"  {kind:9} {where}: {text}")


def main():
    parser = argparse.ArgumentParser(description="Compares what two modules make of one configuration.")
    parser.add_argument("upstream", type=Path)
    parser.add_argument("ours", type=Path)
    parser.add_argument("--notes", action="store_true", help="print notes as well")
    parser.add_argument("--wanted", action="store_true", help="missing improvements make the exit status 1")
    options = parser.parse_args()
    upstream, ours = (json.loads(path.read_text()) for path in (options.upstream, options.ours))
    findings = (compare_option_lists if "options" in upstream else compare)(upstream, ours)
    print_findings(findings, options.ours.stem, options.notes)
    sys.exit(1 if findings.count("different") or options.wanted and findings.count("wanted") else 0)


if __name__ == "__main__":
    main()
