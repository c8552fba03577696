"""Where things are, and which Nix files there are."""

import subprocess
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent.parent
CASES = TESTS / "cases"


def nix_files():
    """Every Nix file of the project, by its path from the root; files that git would ignore do not count."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "*.nix"],
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in set(listed.stdout.split("\n")) if name and (ROOT / name).is_file())


def nix(arguments, store=None):
    """Runs nix-instantiate in a store of its own; the completed process."""
    command = ["nix-instantiate", *arguments]
    if store:
        command += ["--store", str(store), "--option", "build-users-group", ""]
    return subprocess.run(command, capture_output=True, text=True, check=False)
