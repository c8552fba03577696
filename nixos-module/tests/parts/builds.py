"""What a build and a dry activation make of the manifests: the check phases with the real program, run on copies of the
store objects; only store paths are replaced."""

import json
import os
import re
import shutil
import subprocess

from parts.pure import evaluated as evaluated_pure
from parts.tree import ROOT, TESTS

KEYS = ROOT / "fixtures/sops/vectors/keys"
PROGRAM = re.compile(r"\{store\}/[0-9a-zA-Z+\-._?=~]+/bin/")
OBJECT = re.compile(r"\{store\}/([0-9a-zA-Z+\-._?=~]+)")


# nixpkgs' installShellFiles, as far as the package uses it.
INSTALLERS = """
installManPage() { mkdir -p $out/share/man/man1; cp "$@" $out/share/man/man1; }
installShellCompletion() {
    mkdir -p $out/share/completions
    for word in "$@"; do case $word in --*|_*) ;; *) cp "$word" $out/share/completions ;; esac; done
}
"""


def package(findings, secrets, scratch):
    """What the package's own script installs beside the program."""
    script, error = evaluated_pure("package", TESTS / "pure/lib.nix")
    out = scratch / "package"
    (out / "bin").mkdir(parents=True)
    shutil.copy(secrets, out / "bin/secrets")
    work = scratch / "package-work"
    work.mkdir()
    environment = {"PATH": os.environ["PATH"], "out": str(out), "sops": str(scratch / "package-sops")}
    command = ["bash", "-euc", INSTALLERS + script["postInstall"]]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    problems = [error or done.stderr.strip()] if done.returncode else []
    manuals = {path.name for path in (out / "share/man/man1").glob("*")}
    problems += [f"there is no manual {name}" for name in {"secrets.1", "secrets-edit.1", "secrets-activate.1"} - manuals]
    for path in [*(out / "share/man/man1").glob("*"), *(out / "share/completions").glob("*")]:
        problems += [f"{path.name} is empty"] if path.stat().st_size < 100 else []
    completions = {path.name for path in (out / "share/completions").glob("*")}
    problems += [f"there is no completion {name}" for name in {"secrets.bash", "secrets.fish", "secrets.zsh"} - completions]
    for link in (out / "bin/sops-install-secrets", scratch / "package-sops/bin/sops"):
        problems += [] if link.resolve() == (out / "bin/secrets").resolve() else [f"{link.name} is no link to the program"]
    findings.judge("builds", "package.nix", problems)


def check(findings, evaluated, secrets, scratch):
    if secrets is None:
        findings.left_out("builds", "no program to feed manifests to (--secrets)")
        return
    package(findings, secrets, scratch)
    programs = scratch / "bin"
    programs.mkdir()
    for name in ("secrets", "sops-install-secrets"):
        (programs / name).symlink_to(secrets.resolve())
    keys = scratch / "keys"
    keys.mkdir(mode=0o700)
    for name in ("ssh-ed25519", "x25519-a.txt"):
        shutil.copyfile(KEYS / name, keys / name)
        (keys / name).chmod(0o600)
    for item in evaluated:
        if item.answer["outcome"] != "ok":
            continue
        wanted = (item.case.get("builds") or {}).get("fails")
        failed = []
        for name, manifest in item.answer["manifests"].items():
            text = build(item, name, manifest, programs)
            if text is not None:
                failed.append(text)
            elif wanted is None:
                findings.judge("dry runs", f"{item.name}: {name}", dry_run(item, name, manifest, programs, keys))
        item.failed = "\n".join(failed)
        findings.judge("builds", item.name, verdict(wanted, failed))


def verdict(wanted, failed):
    said = "\n".join(failed)
    if wanted is None:
        return [f"the build fails:\n{said}"] if failed else []
    if not failed:
        return ["the build should fail"]
    return [f"the failing build does not mention `{word}`:\n{said}" for word in wanted if word not in said]


def build(item, name, manifest, programs):
    """Runs the check phase; what it said if it failed, else None."""

    def object_of(match):
        target = item.manifests / "objects" / match[1]
        target.parent.mkdir(exist_ok=True)
        target.write_text(item.answer["store"][match[1]]["text"])
        return str(target)

    script = OBJECT.sub(object_of, PROGRAM.sub(f"{programs}/", manifest["check"]))
    environment = {"PATH": os.environ["PATH"], "out": str(item.manifests / name), "HOME": "/homeless-shelter"}
    done = subprocess.run(["bash", "-euc", script], env=environment, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


def dry_run(item, name, manifest, programs, keys):
    """A dry activation with the burnt keys in place of the host's; it changes nothing, whoever runs it."""
    path = item.manifests / name
    content = json.loads(path.read_text())
    if any(not os.path.exists(secret["sopsFile"]) for secret in content["secrets"]):
        return []  # on the host only
    content |= {"ageSshKeyPaths": [str(keys / "ssh-ed25519")], "ageKeyFile": None, "sshKeyPaths": [], "gnupgHome": None}
    runtime = item.manifests / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    trial = item.manifests / f"dry-{name}"
    trial.write_text(json.dumps(content))
    environment = {"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(runtime)}
    command = [programs / "secrets", "activate", "--dry-run", "--ignore-passwd", trial]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    problems = [f"dry run: {done.stderr.strip()}"] if done.returncode else []
    if any(runtime.iterdir()):
        problems.append("the dry run wrote into the runtime directory")
    return problems
