#!/usr/bin/env python3
"""Fills `corpus/` from the fixtures of this repository, before it is made small with `cargo fuzz cmin`.

    fuzz/seed.py
"""
import base64
import hashlib
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent
FIXTURES = ROOT.parent / "fixtures"
FORMATS = ["yaml", "json", "dotenv", "ini", "binary"]
# Larger inputs slow every run down and reach nothing new.
LARGEST = 6000


def add(target, data):
    if isinstance(data, str):
        data = data.encode(errors="surrogateescape")
    if len(data) <= LARGEST:
        folder = ROOT / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def lines(path, field):
    for line in (FIXTURES / path).read_text().split("\n"):
        value = json.loads(line).get(field) if line else None
        if isinstance(value, str):
            yield value


for source in ["comments", "dialect", "mutated", "resolution"]:
    for text in lines(f"document/yaml/{source}.jsonl", "yaml"):
        add("yaml", text)
        add("seal_open", b"\x00" + text.encode())
for number, name in enumerate(FORMATS[1:4], 1):
    for text in lines(f"document/{name}/read.jsonl", "input"):
        add(name, text)
        add("seal_open", bytes([number]) + text.encode())
    for text in lines(f"document/{name}/open.jsonl", "sealed"):
        add("metadata", bytes([number]) + text.encode())
for text in lines("document/yaml-rewrite/files.jsonl", "sealed"):
    add("metadata", b"\x00" + text.encode())
for path in (FIXTURES / "sops/vectors/made").iterdir():
    if path.is_file():
        data = path.read_bytes()
        number = next((n for n, name in enumerate(FORMATS[:4]) if path.suffix in {f".{name}", ".env" if name == "dotenv" else "-"}), 4)
        add("metadata", bytes([number]) + data)
        for piece in data.split(b'"'):
            if piece.startswith(b"ENC["):
                add("ciphertext", piece)
        for word in data.split():
            if word.startswith(b"ENC["):
                add("ciphertext", word)
        begin, end = b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----END AGE ENCRYPTED FILE-----"
        start, stop = data.find(begin), data.find(end)
        if 0 <= start < stop:
            text = b"\n".join(line.strip() for line in data[start:stop + len(end)].replace(b"\\n", b"\n").split(b"\n"))
            add("armor", text + b"\n")
            body = base64.b64decode(b"".join(text.split(b"\n")[1:-1]))
            add("age_header", body.split(b"\n", 1)[1])
for path in (FIXTURES / "keys").iterdir():
    data = path.read_bytes()
    add("openssh", data)
    if path.suffix == ".pub":
        add("ssh_public", data)
        add("recipient", data.strip())
for path in (FIXTURES / "sops/vectors/keys").iterdir():
    data = path.read_bytes()
    add("identity_file", data)
    for line in data.splitlines():
        add("recipient", line.split(b": ")[-1])
for text in ['["a"]', "['b'][1]", '["b"][1]["c"]', "[0]", '["["]["]"]', "[[", "", '["a"]x', "[-1]", "[99999999999999999999]"]:
    add("tree_path", text)
for line in (FIXTURES / "sops/go_regex/table.jsonl").read_text().split("\n")[1:]:
    if line:
        add("go_regex", json.loads(line)[0] + "\na_password_enc")
print(*sorted(f"{folder.name}: {sum(1 for _ in folder.iterdir())}" for folder in (ROOT / "corpus").iterdir()), sep="\n")
