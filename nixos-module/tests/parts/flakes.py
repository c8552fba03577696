"""The templates as the flakes of consumers, in repositories of git, by the real `nix flake check`: pure evaluation, no private
key anywhere, stand-ins only for the inputs nixpkgs and home-manager."""

import os
import re
import shutil
import subprocess

from parts.tree import ROOT, TESTS, nix_files

ENCRYPTED = {"host": ["secrets.yaml"], "fleet": ["hosts/web/secrets.yaml", "hosts/db/secrets.yaml", "profiles/shared.yaml"], "home": ["secrets.yaml"]}
OUTPUTS = ("apps", "checks", "devShells", "formatter", "homeManagerModule", "homeManagerModules", "homeModules", "nixosModules", "overlays", "packages")
FEATURES = ["--extra-experimental-features", "nix-command flakes", "--offline"]
GIT = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]


def check(findings, lib, scratch):
    scratch = scratch / "flakes"
    scratch.mkdir()
    inputs = provide(lib, scratch)
    for template, files in ENCRYPTED.items():
        consumer = Consumer(scratch, template, inputs)
        for name in files:
            consumer.write(name, f"stands for an encrypted file: {name}\n")
        consumer.commit()
        evaluated = consumer.evaluate()
        findings.judge("flakes", f"{template}: nix flake check without a private key", problem(evaluated))
        before = evaluated.stdout
        consumer.write("NOTES.md", "an unrelated change\n")
        consumer.commit()
        same = consumer.evaluate()
        findings.judge("flakes", f"{template}: an unrelated commit changes nothing", problem(same) or ([] if same.stdout == before else ["the system is another one"]))
        consumer.write(files[0], "another value\n")
        consumer.commit()
        changed = consumer.evaluate()
        findings.judge("flakes", f"{template}: a changed secret does", problem(changed) or ([] if changed.stdout != before else ["the system is the same"]))
        consumer.git("rm", "--quiet", "--cached", files[0])
        refused = consumer.evaluate()
        wanted = ["sopsFile", files[0], "does not exist", "a flake sees only the files that git tracks, so `git add` it"]
        findings.judge("flakes", f"{template}: a file that git does not track", not_said(refused, wanted))
    of_another_input(findings, scratch, inputs)
    of_the_project(findings, scratch, inputs)


def of_another_input(findings, scratch, inputs):
    """Encrypted files and a template's text in another repository, named by strings."""
    shared = Consumer(scratch, None, {}, "shared")
    shared.write("web.yaml", "stands for an encrypted file\n")
    shared.write("app.conf", "text\n")
    shared.commit()
    consumer = Consumer(scratch, "host", inputs | {"shared": f"git+file://{shared.place}"}, "with-shared")
    flake = (consumer.place / "flake.nix").read_text()
    flake = flake.replace("inputs = {", 'inputs = {\n    shared.url = "path:/replaced";\n    shared.flake = false;', 1)
    flake = flake.replace("{ nixpkgs, secrets, ... }", "{ nixpkgs, secrets, shared, ... }").replace(
        "modules = [",
        'modules = [\n{ sops.secrets.other.sopsFile = "${shared}/web.yaml"; sops.templates.app.file = "${shared}/app.conf"; }',
    )
    consumer.write("flake.nix", flake)
    consumer.write("secrets.yaml", "stands for an encrypted file\n")
    consumer.commit()
    first = consumer.evaluate()
    findings.judge("flakes", "a file of another input", problem(first))
    shared.write("NOTES.md", "an unrelated change\n")
    shared.commit()
    second = consumer.evaluate()
    findings.judge("flakes", "an unrelated commit to that input", problem(second) or ([] if first.stdout == second.stdout else ["the system is another one"]))


def of_the_project(findings, scratch, inputs):
    """Our own outputs, as Nix wants them to be. Templates are left aside: Nix looks for them in /nix/store."""
    project = Consumer(scratch, None, {name: inputs[name] for name in ("nixpkgs", "secrets")}, "project")
    wanted = " ".join(f"{name} = null;" for name in OUTPUTS)
    outputs = f"{{ secrets, ... }}: builtins.intersectAttrs {{ {wanted} }} secrets"
    declared = 'inputs.nixpkgs.url = "path:/replaced"; inputs.secrets.url = "path:/replaced"; inputs.secrets.inputs.nixpkgs.follows = "nixpkgs";'
    project.write("flake.nix", f"{{ {declared} outputs = {outputs}; }}\n")
    project.commit()
    checked = project.nix("flake", "check", "--no-build")
    unknown = set(re.findall("unknown flake output '(.*)'", checked.stderr)) - {"homeModules", "homeManagerModules", "homeManagerModule"}
    findings.judge("flakes", "the project's own outputs", problem(checked) + [f"unknown output {name}" for name in sorted(unknown)])


def provide(lib, scratch):
    """The inputs, as flakes: stand-ins, and the project without its tests."""
    nixpkgs, home_manager, secrets = (scratch / name for name in ("nixpkgs", "home-manager", "secrets"))
    shutil.copytree(TESTS / "eval/flakes/nixpkgs", nixpkgs)
    shutil.copytree(TESTS / "eval/stubs", nixpkgs / "stubs")
    shutil.copytree(lib, nixpkgs / "lib")
    shutil.copytree(TESTS / "eval/flakes/home-manager", home_manager)
    for name in [*nix_files(), "Cargo.toml", "Cargo.lock"]:
        if not name.startswith(("nixos-module/tests/", "tests/")) or name.startswith("nixos-module/tests/vm/"):
            (secrets / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, secrets / name)
    return {"nixpkgs": f"path:{nixpkgs}", "home-manager": f"path:{home_manager}", "home-manager/nixpkgs": f"path:{nixpkgs}", "secrets": f"path:{secrets}"}


class Consumer:
    """A repository with a flake."""

    def __init__(self, scratch, template, inputs, name=None):
        self.template = template
        self.place = scratch / f"consumer-{name or template}"
        self.store = scratch / "store"
        self.home = scratch / "home"
        self.home.mkdir(exist_ok=True)
        if template:
            shutil.copytree(ROOT / "templates" / template, self.place)
        else:
            self.place.mkdir()
        self.git("init", "--quiet")
        self.inputs = inputs

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "NIX_CONF_DIR": str(self.home)}

    def git(self, *words):
        subprocess.run([*GIT, *words], cwd=self.place, env=self.environment(), check=True, capture_output=True)

    def write(self, name, text):
        (self.place / name).parent.mkdir(parents=True, exist_ok=True)
        (self.place / name).write_text(text)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a commit")

    def nix(self, *words):
        options = ["--no-write-lock-file", "--store", str(self.store), "--option", "build-users-group", ""]
        for name, place in self.inputs.items():
            # An input of an input can only be named where the flake has that.
            if not name.startswith("home-manager") or self.template == "home":
                options += ["--override-input", name, place]
        return subprocess.run(["nix", *FEATURES, *words, *options], cwd=self.place, env=self.environment(), capture_output=True, text=True, check=False)

    def evaluate(self):
        """Checks the flake; what came out are the derivations of its systems or homes."""
        checked = self.nix("flake", "check", "--no-build")
        if checked.returncode:
            return checked
        # Nix does not look into homes by itself.
        kind, way = ("homeConfigurations", "activationPackage") if self.template == "home" else ("nixosConfigurations", "config.system.build.toplevel")
        return self.nix("eval", f".#{kind}", "--json", "--apply", f"builtins.mapAttrs (_: made: made.{way}.drvPath)")


def problem(done):
    return [done.stderr.strip()] if done.returncode else []


def not_said(done, words):
    if done.returncode == 0:
        return ["is accepted"]
    return [f"the message has no `{word}`:\n{done.stderr.strip()}" for word in words if word not in done.stderr]
