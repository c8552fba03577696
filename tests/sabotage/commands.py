"""The commands that write a file: how they are called, and what they may leave behind."""

from dataclasses import dataclass, field

# Found nowhere by chance, long enough to survive a line break of base64.
CANARY = "kanarienvogel-Zq7-pfeift-im-walde"
TYPED = "distelfink-Xw9-singt-auf-dem-dach"

OLD = f"# notiz\nuser: app\npassword: {CANARY}\nnested:\n    list:\n        - eins\n        - zwei\n"
EDITED = OLD.replace(CANARY, TYPED)


@dataclass
class Command:
    name: str
    words: list[str]
    # What the file holds before: as it is, or encrypted.
    clear_before: bool = False
    after: str = OLD
    # Somebody types a text that must survive.
    typed: bool = False
    env: dict = field(default_factory=dict)
    # The text lies where others of the same user see it, and a kill leaves it in memory.
    shared: bool = False
    # Only when it is asked for by name.
    extra: bool = False


COMMANDS = [
    Command("edit", ["edit", "db.yaml"], after=EDITED, typed=True),
    Command("edit-outside", ["edit", "--outside", "db.yaml"], after=EDITED, typed=True, shared=True, extra=True),
    Command("set", ["set", "--value-file", "db.yaml", '["password"]', "/dev/shm/h/value"], after=EDITED),
    Command("encrypt", ["encrypt", "-i", "db.yaml"], clear_before=True),
    Command("rotate", ["rotate", "-i", "db.yaml"]),
    Command("updatekeys", ["updatekeys", "-y", "--config", "/dev/shm/h/more.yaml", "db.yaml"]),
    Command("updatekeys-removal", ["updatekeys", "-y", "--config", "/dev/shm/h/fewer.yaml", "db.yaml"]),
]
