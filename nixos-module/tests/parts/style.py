"""Layout and dead code."""

import shutil
import subprocess

from parts.tree import ROOT, nix_files


def check(findings):
    files = [str(ROOT / name) for name in nix_files()]
    for tool, arguments in (("nixpkgs-fmt", ["--check"]), ("deadnix", ["--fail", "--quiet"])):
        if not shutil.which(tool):
            findings.left_out("style", f"{tool} is not here")
            continue
        done = subprocess.run([tool, *arguments, *files], capture_output=True, text=True, check=False)
        findings.judge("style", tool, [(done.stdout + done.stderr).strip()] if done.returncode else [])
