"""What was checked, what was wrong and what was left out."""

import os
from pathlib import Path


class Findings:
    """Counts checks by part; prints what is wrong at once."""

    def __init__(self):
        self.passed = {}
        self.failed = 0
        self.omitted = []

    def ok(self, part, count=1):
        self.passed[part] = self.passed.get(part, 0) + count

    def wrong(self, part, name, text):
        self.failed += 1
        print(f"{part}: {name}: {text}")

    def judge(self, part, name, problems):
        """One check: passed if there are no problems."""
        for problem in problems:
            self.wrong(part, name, problem)
        if not problems:
            self.ok(part)

    def left_out(self, part, why):
        self.omitted.append(part)
        print(f"LEFT OUT: {part}: {why}")
        mark = os.environ.get("LEFT_OUT_MARK")
        if mark:
            Path(mark).touch()

    def finish(self):
        """Prints the sums; the exit status."""
        sums = ", ".join(f"{count} {part}" for part, count in self.passed.items())
        print(f"nix: {sums or 'nothing'} passed, {self.failed} problems")
        return 1 if self.failed else 0
