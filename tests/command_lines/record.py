#!/usr/bin/env python3
"""Records what real sops does with the command lines of fixtures/command-lines/table.tsv.

Usage: tests/command_lines/record.py [--files]

Reads the first column (the line) and the last one (how `secrets` stands to it), runs each line with the program that
`SOPS` names, in a fresh copy of fixtures/command-lines/files, and writes the columns between. `--files` makes these
files anew first, with a new burnt key.

A line is words in the manner of a shell: quotes, `NAME=value` in front for the environment, `<FILE` in front
for standard input, `@A` and `@B` for the two burnt recipients.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures/command-lines"
FILES = FIXTURES / "files"
TABLE = FIXTURES / "table.tsv"
SOPS = os.environ.get("SOPS", "sops")

PLAIN = {
    "good.yaml": "# head\ntext: some text\nnumber: 12\nlist:\n    - one\n    - two\nmap:\n    inner: deep\nclear_unencrypted: stays\n",
    "good.json": '{"text": "some text", "number": 12, "list": ["one", "two"]}\n',
    "good.env": "TEXT=some text\nOTHER=x\n",
    "good.ini": "[section]\ntext = some text\n",
    "good.bin": "some bytes\n",
    "-dash.yaml": "text: dashed\n",
}


def environment(folder, more=()):
    fixed = {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "SOPS_AGE_KEY_FILE": str(folder / "key.txt"),
        "SOPS_DISABLE_VERSION_CHECK": "1",
        "SOPS_EDITOR": "true",
    }
    fixed.update(more)
    return fixed


def recipients():
    text = (FILES / "key.txt").read_text()
    return dict(zip("AB", re.findall(r"public key: (\S+)", text)))


def words(line):
    """Words, environment and standard input of a line."""
    quoted = r"'[^']*'|\"[^\"]*\""
    found = []
    for match in re.finditer(rf"(?:{quoted}|[^\s'\"])+", line):
        found.append(re.sub(quoted, lambda part: part.group()[1:-1], match.group()))
    names = recipients()
    found = [re.sub(r"@([AB])\b", lambda name: names[name.group(1)], word) for word in found]
    more, stdin = {}, None
    while found and (re.match(r"[A-Z_]+=", found[0]) or found[0].startswith("<")):
        first = found.pop(0)
        if first.startswith("<"):
            stdin = first[1:]
        else:
            name, value = first.split("=", 1)
            more[name] = value
    return found, more, stdin


def snapshot(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def after(folder, name, content):
    """What a changed file holds: its tree if it is encrypted, else its text."""
    shown = subprocess.run(
        [SOPS, "decrypt", "--output-type", "json", "--", name],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        check=False,
    )
    if shown.returncode == 0:
        return f"sealed({content.count(b'ENC[')}):" + json.dumps(json.loads(shown.stdout), separators=(",", ":"))
    return "text:" + ("ENC[" if b"ENC[" in content else content.decode())


def run(line):
    found, more, stdin = words(line)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        folder = pathlib.Path(folder)
        shutil.copytree(FILES, folder, dirs_exist_ok=True)
        before = snapshot(folder)
        with open(folder / stdin if stdin else os.devnull, "rb") as source:
            try:
                ran = subprocess.run(
                    [SOPS, *found],
                    cwd=folder,
                    env=environment(folder, more),
                    stdin=source,
                    capture_output=True,
                    timeout=20,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                sys.exit(f"{line}: does not end")
        now = snapshot(folder)
        changes = []
        for name in sorted(before.keys() | now.keys()):
            if name not in now:
                changes.append(f"{name}=gone")
            elif before.get(name) != now[name]:
                changes.append(f"{name}={after(folder, name, now[name])}")
        stdout = ran.stdout.decode().replace(str(folder), "$PWD")
        stderr = ran.stderr.decode()
    if not stdout:
        out = "-"
    elif "Incorrect Usage" in stdout or stdout.startswith("NAME:"):
        out = "usage"
    elif "ENC[" in stdout:
        out = "sealed"
    else:
        out = "text:" + stdout
    said = "-" if not stderr else "error" if ran.returncode else "warning"
    return ran.returncode, out, changes, said


def escape(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def make_files():
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir(parents=True)
    keys = [subprocess.run(["age-keygen"], capture_output=True, check=True, text=True).stdout for _ in "AB"]
    (FILES / "key.txt").write_text("# BURNT: keys of a fixture, never to be used\n" + "".join(keys))
    names = recipients()
    for name, text in PLAIN.items():
        path = FILES / name
        path.write_text(text)
        command = [SOPS, "encrypt", "-i", "--age", names["A"], "--", name]
        subprocess.run(command, cwd=FILES, env=environment(FILES), check=True)
    (FILES / "plain.yaml").write_text(PLAIN["good.yaml"])
    (FILES / "plain.env").write_text(PLAIN["good.env"])
    (FILES / "empty.yaml").write_text("")
    (FILES / "edited.yaml").write_text("text: edited\n")
    (FILES / "value.json").write_text('"from a file"')
    (FILES / "mac.yaml").write_text((FILES / "good.yaml").read_text().replace("stays", "was changed"))
    (FILES / "word").write_text((FILES / "good.bin").read_text())
    (FILES / "number.yaml").write_text("1: a\n")
    # A ciphertext at the place of another one.
    good = (FILES / "good.yaml").read_text()
    number = re.search(r"number: (.*)", good).group(1)
    (FILES / "moved.yaml").write_text(re.sub(r"^text: .*", lambda _: f"text: {number}", good, flags=re.M))
    rule = "creation_rules:\n    - age: {A}\n      encrypted_regex: ^text$\n"
    (FILES / "rules.yaml").write_text(rule.format(**names))
    (FILES / "both.yaml").write_text("creation_rules:\n    - age: {A},{B}\n".format(**names))
    (FILES / "no-match.yaml").write_text("creation_rules:\n    - path_regex: never\n      age: {A}\n".format(**names))
    (FILES / "no-keys.yaml").write_text("creation_rules:\n    - path_regex: .*\n")
    (FILES / "bad-config.yaml").write_text("creation_rules: [\n")


def main():
    if "--files" in sys.argv:
        make_files()
    rows = []
    for row in TABLE.read_text().splitlines():
        if not row or row.startswith("#"):
            rows.append(row)
            continue
        columns = row.split("\t")
        line, relation = columns[0], columns[-1] if len(columns) > 1 else "same"
        code, out, changes, said = run(line)
        changes = escape("\n".join(changes)) or "-"
        rows.append("\t".join([line, str(code), escape(out), changes, said, relation]))
    TABLE.write_text("\n".join(rows) + "\n")
    count = sum(1 for row in rows if row and not row.startswith("#"))
    print(f"{count} command lines recorded")


main()
