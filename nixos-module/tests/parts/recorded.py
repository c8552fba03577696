"""Comparing with a recorded value, line by line."""

import difflib
import json


def text_of(value):
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def differences(path, value):
    """The differences from a recorded value as one problem, or none."""
    if not path.exists():
        return [f"{path.name} is not recorded; `run --record` writes it"]
    recorded, now = path.read_text(), text_of(value)
    if json.loads(recorded) == value:
        return []
    lines = difflib.unified_diff(recorded.splitlines(), now.splitlines(), "recorded", "now", lineterm="", n=1)
    return ["differs from what is recorded\n" + "\n".join(list(lines)[:60])]
