"""The evaluated activation scripts and home-manager's entries, run in a root file system without systemd."""

import functools
import re

import store
from demand import expect
from machine import Root, run

# As NixOS runs its scripts: one after the other, an error ends none but the one it is in.
DRIVER = """#!/bin/bash
_status=0
trap '_status=1 _localstatus=$?' ERR
{snippets}
exit $_status
"""
SNIPPET = """_localstatus=0
{text}
if (( _localstatus > 0 )); then printf "Activation script snippet '%s' failed (%s)\\n" {name} "$_localstatus"; fi
"""
# As home-manager runs an entry.
HOME = """#!/bin/bash
set -eu
set -o pipefail
{text}
"""
MAKE_USERS = """
if ! id app > /dev/null 2>&1; then
    groupadd --system keys
    groupadd app
    useradd --system --gid app app
    useradd --uid 1000 --no-create-home --password "$(cat /run/secrets-for-users/alice-password)" alice
fi
"""


class Host(Root):
    """A host whose activation scripts install."""

    def __init__(self, context, name):
        super().__init__(context.work, context.lower, name)
        self.context = context
        self.answer = context.answers["scripts"]
        key = self.root / "etc/ssh/ssh_host_ed25519_key"
        key.unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"root@{name}", "-f", key)
        self.recipient = context.to_age(key.with_suffix(".pub"))

    def provide(self, values):
        sealed = self.context.seal(self.recipient, values)
        store.build(self.root, self.context.program, "scripts", self.answer, {"secrets.yaml": sealed})

    def activate(self, *environment, case="scripts"):
        """All scripts in the order that evaluation gives; in a dry run those that support it."""
        dry = "NIXOS_ACTION=dry-activate" in environment
        answer = self.context.answers[case]
        texts = {**answer["scripts"], "users": MAKE_USERS}
        snippets = [
            SNIPPET.format(name=name, text=store.real(case, texts[name]))
            for name in answer["order"]
            if name in texts and (name in answer["dry"] or not dry) and not (dry and name == "users")
        ]
        self.write("/activate", DRIVER.format(snippets="".join(snippets)), 0o755)
        return self.enter("/activate", environment=environment, check=False)

    def state(self):
        """Everything below /run and where keys are: names, owners, modes, sizes, times of change."""
        form = "%p %U %G %m %s %C@ %l\\n"
        return self.enter("find", "/run", "/var/lib/sops-nix", "/etc", "-xdev", "-printf", form).stdout

    def secrets(self):
        form = "%p %m %u %g\\n"
        listed = self.enter("find", "/run/secrets/", "/run/secrets-for-users/", "-type", "f", "-printf", form).stdout
        return sorted(listed.splitlines())


def activation(context):
    """The activation scripts of NixOS: first boot, switch, dry run, a failing secret."""
    host = Host(context, "activation")
    hashed = run("openssl", "passwd", "-6", "unused").stdout.strip()
    values = {"alice-password": hashed, "app": {"token": context.secret("one")}, "tls-key": context.secret("tls")}
    host.provide(values)

    first = host.activate()
    expect("first boot succeeds", (first.returncode, first.stderr.count("error")), (0, 0))
    notices = [line for line in first.stdout.splitlines() if line.startswith("setting up")]
    expect("and says what it does", notices, ["setting up secrets for users...", "setting up secrets..."])
    expect(
        "secrets are there with owner and mode",
        host.secrets(),
        [
            "/run/secrets-for-users/alice-password 400 root root",
            "/run/secrets/app/token 400 app app",
            "/run/secrets/tls-key 440 root app",
        ],
    )
    shadow = host.enter("getent", "shadow", "alice").stdout.split(":")[1]
    expect("the password was there when users were made", shadow, hashed)
    key = host.root / "var/lib/sops-nix/key.txt"
    made = key.read_bytes()
    expect("the age key was made, for root alone", (oct(key.stat().st_mode), key.stat().st_uid), ("0o100600", 0))

    host.enter("mkdir", "/run/nixos")
    host.enter("ln", "-s", "/nix/store", "/run/current-system")
    values["app"]["token"] = context.secret("two")
    host.provide(values)
    before = host.state()
    dry = host.activate("NIXOS_ACTION=dry-activate")
    expect("a dry run succeeds", dry.returncode, 0)
    expect("and reports", dry.stdout, "would modify secret: app/token\n")
    lists = {"/run/nixos", "/run/nixos/dry-activation-restart-list"}
    changed = set(host.state().splitlines()) ^ set(before.splitlines())
    expect("and writes its list of units and nothing else", {line.split()[0] for line in changed}, lists)
    expect("which names the unit", host.enter("cat", "/run/nixos/dry-activation-restart-list").stdout, "app.service\n")

    switch = host.activate("NIXOS_ACTION=switch")
    expect("a switch succeeds", switch.returncode, 0)
    expect("says what changed, and no more than at boot", switch.stdout, "modifying secret: app/token\n")
    expect("lists the unit", host.enter("cat", "/run/nixos/activation-restart-list").stdout, "app.service\n")
    expect("and no other", (host.root / "run/nixos/activation-reload-list").exists(), False)
    token = host.enter("cat", "/run/secrets/app/token").stdout
    expect("the new value is there", token, values["app"]["token"])
    expect("the age key is the same", key.read_bytes(), made)

    values["app"]["token"] = context.secret("three")
    host.provide(values)
    text = store.real("scripts", host.answer["scripts"]["setupSecrets"])
    host.write("/in-unit", f"#!/bin/bash\nset -e\n{text}", 0o755)
    unit = host.enter("/in-unit", environment=["PATH=/nowhere"], check=False)
    expect("the script's text installs inside a unit as well", (unit.returncode, "error" in unit.stderr), (0, False))
    token = host.enter("cat", "/run/secrets/app/token").stdout
    expect("the value that changed meanwhile", token, values["app"]["token"])

    before = host.secrets(), host.enter("readlink", "/run/secrets").stdout
    del values["tls-key"]
    host.provide(values)
    failing = host.activate("NIXOS_ACTION=switch")
    expect("a failing secret fails the activation", failing.returncode, 1)
    expect("by its own script alone", re.findall("snippet '(.*)' failed", failing.stdout), ["setupSecrets"])
    expect("and is named", "error: tls-key: cannot take the value out of" in failing.stderr, True)
    expect("the live secrets stay", (host.secrets(), host.enter("readlink", "/run/secrets").stdout), before)

    removal = host.activate("NIXOS_ACTION=switch", case="none")
    expect("removing the last secret succeeds", (removal.returncode, removal.stderr), (0, ""))
    left = host.enter("ls", "/run").stdout.split()
    expect("and leaves nothing", [name for name in left if name.startswith("secrets")], [])
    expect("not even a mount", "/run/secrets" in host.enter("cat", "/proc/self/mountinfo").stdout, False)
    again = host.activate("NIXOS_ACTION=switch", case="none")
    expect("once", (again.returncode, again.stdout), (0, ""))

    leaks = [value for value in context.canaries if value in failing.stderr + switch.stderr + first.stderr + dry.stderr]
    expect("no value was printed", leaks, [])


def entry(context, root, case, user):
    """Puts the text of the activation entry into the root, and returns its place."""
    text = store.real(case, context.answers[case]["homes"][user]["activation"]["sops-nix"]["data"])
    root.write(f"/entry-{case}", HOME.format(text=text), 0o755)
    return f"/entry-{case}"


def provide_home(context, root, case, user, uid):
    answer = context.answers[case]
    key = run(context.program, "keygen").stdout
    recipient = re.search("# public key: (.*)", key)[1]
    store.build(root.root, context.program, case, answer, {"home.yaml": context.seal(recipient, {"mail": context.mail})})
    home = "/root" if uid == 0 else f"/home/{user}"
    root.write(f"{home}/.config/sops/age/keys.txt", key, 0o600)
    run("chown", "-R", f"{uid}:{uid}", f"{root.root}{home}")
    return f"{home}/.config/sops/age/keys.txt"


def homes(context):
    """home-manager's entry without a user manager: as a user, as root, in a dry run, without a key."""
    root = Root(context.work, context.lower, "homes")
    key = provide_home(context, root, "home", "alice", 1000)
    provide_home(context, root, "home-root", "root", 0)
    root.enter("useradd", "--uid", "1000", "--no-create-home", "alice")
    alice = "setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/alice USER=alice".split()
    script = entry(context, root, "home", "alice")
    link = "/home/alice/.config/sops-nix/secrets"

    # A machine with systemd, where a login makes the directory.
    root.enter("mkdir", "-p", "/run/systemd/system")
    early = root.enter(*alice, "bash", script)
    expect("before a user's first login nothing fails", early.returncode, 0)
    expect(
        "and the entry says who installs when",
        early.stderr,
        "There is no /run/user/1000 before alice logs in; sops-nix.service installs the secrets then.\n",
    )
    expect("nothing is written", (root.root / link.lstrip("/")).is_symlink(), False)

    root.enter("install", "-d", "-m", "0700", "-o", "1000", "-g", "1000", "/run/user/1000")
    dry = root.enter(*alice, "DRY_RUN=1", "bash", script)
    expect("a dry run says what it would do", dry.stdout, "would install the secrets of sops\n")
    expect("and does nothing", root.enter("ls", "-A", "/run/user/1000").stdout, "")

    root.enter(*alice, "bash", script)
    expect("with a runtime directory secrets are there", root.enter("cat", f"{link}/mail").stdout, context.mail)
    rendered = root.enter("cat", f"{link}/rendered/mailrc").stdout
    expect("templates too", rendered, f"password {context.mail}")
    expect("in memory", root.enter("readlink", link).stdout, "/run/user/1000/secrets.d/1\n")
    spellings = root.enter("cat", f"{link}/imap/password", f"{link}/imap.key").stdout
    expect("with another name both spellings of the path resolve", spellings, context.mail * 2)
    owner = root.enter("stat", "-c", "%a %u", "/run/user/1000/secrets.d/1/mail").stdout
    expect("and the user's alone", owner, "400 1000\n")

    root.enter("mv", key, f"{key}.away")
    missing = root.enter(*alice, "bash", script, check=False)
    expect("a missing key file fails the entry", missing.returncode == 0, False)
    expect("with its name", f"{key}: no such file" in missing.stderr, True)
    expect("and what to do", "hint: " in missing.stderr, True)
    expect("the secrets stay", root.enter("cat", f"{link}/mail").stdout, context.mail)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "canary passphrase", "-f", f"{context.work}/locked")
    root.enter("tee", key, input=open(f"{context.work}/locked").read())
    locked = root.enter(*alice, "bash", script, check=False)
    expect("a key with a passphrase is named as such", "passphrase" in locked.stderr, True)

    root.enter("mv", f"{key}.away", key)
    root.enter("rm", "-rf", "/run/systemd", "/run/user/1000", link)
    root.enter("mkdir", "-p", "/dev/shm")
    root.enter("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/dev/shm")
    root.enter("install", "-d", "-m", "0700", "/dev/shm/sops-nix-1000")
    taken = root.enter(*alice, "bash", script, check=False)
    expect("somebody else's directory is not used", "belongs to somebody else" in taken.stderr and taken.returncode, 1)
    root.enter("rmdir", "/dev/shm/sops-nix-1000")
    root.enter(*alice, "bash", script)
    expect("without systemd another directory in memory serves", root.enter("cat", f"{link}/mail").stdout, context.mail)
    owner = root.enter("stat", "-c", "%a %u", "/dev/shm/sops-nix-1000").stdout
    expect("and nobody else may enter it", owner, "700 1000\n")

    script = entry(context, root, "home-root", "root")
    of_root = functools.partial(root.enter, "HOME=/root", "USER=root", "bash", script, check=False)
    key = root.root / "root/.config/sops/age/keys.txt"
    known = key.read_bytes()
    key.unlink()
    first = of_root()
    made = key.read_text()
    expect("a key that is missing is made, for its user alone", (oct(key.stat().st_mode), key.stat().st_uid), ("0o100600", 0))
    recipient = re.search("# public key: (.*)", made)[1]
    expect("the entry says for which recipient, and fails", (recipient in first.stdout, first.returncode == 0), (True, False))
    ssh = "/root/.ssh/id_ed25519"
    expect("an SSH key that is missing is named", f"{ssh}: no such file" in first.stderr, True)
    expect("and there is something to do", "hint: " in first.stderr, True)
    root.write(ssh, open(f"{context.work}/locked").read(), 0o600)
    again = of_root()
    expect("one with a passphrase as well", (ssh in again.stderr, "passphrase" in again.stderr), (True, True))
    expect("with something to do", "hint: " in again.stderr, True)
    expect("the key that was made stays", key.read_text(), made)
    key.write_bytes(known)
    expect("with a key of a recipient the entry succeeds", of_root().returncode, 0)
    link = "/root/.config/sops-nix/secrets"
    expect("root has secrets without a session", root.enter("cat", f"{link}/mail").stdout, context.mail)
    directory = root.enter("stat", "-c", "%a %U", "/run/user/0").stdout
    expect("in a directory of its own", directory, "700 root\n")
