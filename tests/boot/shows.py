"""What is shown: each function boots one machine and demands what was promised."""

import json
import re

import scripts
import store
from demand import expect
from machine import Machine, run

# Stand-ins for what NixOS has and Debian does not; everything about secrets comes from evaluation.
USERS = """[Unit]
Description=stand-in for userborn: makes users
DefaultDependencies=no
After=systemd-remount-fs.service
Before=sysinit.target shutdown.target
Conflicts=shutdown.target
[Service]
Type=oneshot
RemainAfterExit=true
ExecStart=/usr/local/lib/make-users
"""
MAKE_USERS = """#!/bin/sh -eu
groupadd --system keys
groupadd app
useradd --system --gid app app
useradd --uid 1000 --no-create-home --shell /bin/bash --password "$(cat /run/secrets-for-users/alice-password)" alice
"""
REACTIVATION = "[Unit]\nDescription=stand-in for the target of NixOS' switch\n"
# An ordinary service: nothing orders it after secrets but its default dependencies.
APP = """[Unit]
Description=an ordinary service
[Service]
ExecStart=/usr/local/lib/app
[Install]
WantedBy=multi-user.target
"""
APP_PROGRAM = """#!/bin/sh
{
    stat -L -c '%n %a %U %G' /run/secrets/* /run/secrets/app/token /etc/app/tls.key /run/secrets/rendered/app.toml
    setpriv --reuid=app --regid=app --clear-groups sha256sum /run/secrets/app/token /run/secrets/rendered/app.toml
} >> /var/log/app.log 2>&1
echo started >> /var/log/app.log
exec sleep infinity
"""
PROXY = """[Unit]
Description=an ordinary service that reloads
[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'echo reloaded >> /var/log/proxy.log'
[Install]
WantedBy=multi-user.target
"""
LOGIN = """#!/bin/sh
SSH_ASKPASS=/run/askpass SSH_ASKPASS_REQUIRE=force exec setsid --wait ssh \\
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PubkeyAuthentication=no -o LogLevel=ERROR \\
    alice@127.0.0.1 id -un
"""


# A network file system comes up late.
NET = """[Unit]
Description=stand-in for a network file system
DefaultDependencies=no
Wants=network-online.target
After=remote-fs-pre.target network-online.target
Before=remote-fs.target umount.target
Conflicts=umount.target
[Mount]
What=tmpfs
Where=/net
Type=tmpfs
"""
ONLINE = """[Unit]
Description=stand-in: waits for the network
Before=network-online.target
[Service]
Type=oneshot
RemainAfterExit=true
ExecStart=/bin/sleep 1
"""


class Plain(Machine):
    """A machine with the evaluated units of a configuration, and secrets for its own SSH host key."""

    def __init__(self, context, name, case):
        super().__init__(context.work, context.lower, name)
        self.context = context
        self.case = case
        self.answer = context.answers[case]
        key = self.root / "etc/ssh/ssh_host_ed25519_key"
        key.unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"root@{name}", "-f", key)
        self.recipient = context.to_age(key.with_suffix(".pub"))
        for unit, service in self.answer["services"].items():
            self.unit(f"{unit}.service", store.unit(case, service), store.wanted(service))
            # Slow enough for a missing order to show.
            self.write(f"/etc/systemd/system/{unit}.service.d/slow.conf", "[Service]\nExecStartPre=/bin/sleep 1\n")
        self.unit("sysinit-reactivation.target", REACTIVATION)

    def unit(self, name, text, folders=()):
        self.write(f"/etc/systemd/system/{name}", text)
        for folder in folders:
            self.link(f"/etc/systemd/system/{folder}/{name}", f"../{name}")

    def provide(self, values, drop=()):
        """The store of the machine with these secrets, without some of them. `{store}` paths only are replaced."""
        manifests = json.loads(json.dumps(self.answer["manifests"]))
        for manifest in manifests.values():
            manifest["secrets"] = [secret for secret in manifest["secrets"] if secret["name"] not in drop]
        answer = {**self.answer, "manifests": manifests}
        sealed = self.context.seal(self.recipient, values)
        store.build(self.root, self.context.program, self.case, answer, {"secrets.yaml": sealed})

    def generation(self):
        return self.out("readlink", "/run/secrets").strip()

    def settle(self, path, word, times):
        """Units are asked for without waiting for them."""
        enough = f'[ "$(grep -c {word} {path})" -ge {times} ]'
        self.run("sh", "-c", f"for i in $(seq 100); do {enough} && exit; sleep 0.1; done; exit 1")

    def journal(self, *options):
        return self.out("journalctl", "--no-pager", "-o", "cat", *options)

    def said_nothing_secret(self):
        everything = self.out("journalctl", "--no-pager", "-a", "-o", "verbose")
        console = (self.work / "console").read_text(errors="replace")
        leaks = [value for value in self.context.canaries if value in everything or value in console]
        expect("no value in the journal or on the console", leaks, [])


class Host(Plain):
    """The machine that has ordinary services, and users that are made by a unit."""

    def __init__(self, context, name):
        super().__init__(context, name, "host")
        for unit, text in (("app.service", APP), ("proxy.service", PROXY)):
            self.unit(unit, text, ["multi-user.target.wants"])
        # In NixOS it is always wanted; Debian's condition is not the stand-in's.
        self.unit("systemd-sysusers.service", USERS, ["sysinit.target.wants"])
        self.write("/usr/local/lib/make-users", MAKE_USERS, 0o755)
        self.write("/usr/local/lib/app", APP_PROGRAM, 0o755)
        self.write("/usr/local/lib/log-in", LOGIN, 0o755)


def complete(context):
    """Everything is there: one boot, two switches."""
    host = Host(context, "complete")
    password = context.secret("password")
    hashed = run("openssl", "passwd", "-6", password).stdout.strip()
    values = {
        "alice-password": hashed,
        "app": {"token": context.secret("token-1")},
        "tls-key": context.secret("tls"),
        "quiet": context.secret("quiet"),
    }
    host.provide(values)
    scripts.provide_home(context, host, "home", "alice", 1000)
    units_of_home(context, host)
    try:
        state, seconds = host.boot()
        expect(f"the machine is up ({seconds:.1f} s)", state, "running")
        token, template = values["app"]["token"], f'token = "{values["app"]["token"]}"'
        first = host.out("cat", "/var/log/app.log")
        expect(
            "before an ordinary service started, every secret was there with owner and mode",
            first.splitlines()[:-3],
            [
                "/run/secrets/app 751 root keys",
                "/run/secrets/quiet 400 root root",
                "/run/secrets/rendered 751 root keys",
                "/run/secrets/tls-key 440 root app",
                "/run/secrets/app/token 400 app app",
                "/etc/app/tls.key 440 root app",
                "/run/secrets/rendered/app.toml 400 app app",
            ],
        )
        expect(
            "its user could read its own",
            [line.split()[0] for line in first.splitlines()[-3:-1]],
            [context.sha256(token), context.sha256(template)],
        )
        expect("systemd knows of no cycle", re.findall("ordering cycle", host.journal("-b")), [])
        expect(
            "the password was there when users were made",
            host.out("getent", "shadow", "alice").split(":")[1],
            hashed,
        )
        host.write("/askpass", f"#!/bin/sh\necho '{password}'\n", 0o700)
        host.run("cp", "/askpass", "/run/askpass")
        expect("a login over SSH with that password works", host.out("/usr/local/lib/log-in").strip(), "alice")

        values["app"]["token"] = context.secret("token-2")
        values["tls-key"] = context.secret("tls-2")
        host.provide(values, drop=("quiet",))
        host.run("systemctl", "restart", "sops-install-secrets.service")
        expect("restarting the unit flips to the next generation", host.generation(), "/run/secrets.d/2")
        expect("what was removed is gone", host.out("ls", "/run/secrets").split(), ["app", "rendered", "tls-key"])
        host.settle("/var/log/app.log", "started", 2)
        expect(
            "the service was restarted, and reads the new value",
            host.out("cat", "/var/log/app.log").splitlines()[-3].split()[0],
            context.sha256(values["app"]["token"]),
        )
        host.settle("/var/log/proxy.log", "reloaded", 1)
        expect("the other one was reloaded", host.out("cat", "/var/log/proxy.log").split(), ["reloaded"])

        values["app"]["token"] = context.secret("token-3")
        host.provide(values)
        # As NixOS' switch does with a unit that has changed.
        host.run("systemctl", "stop", "sops-install-secrets.service")
        host.run("systemctl", "restart", "sysinit-reactivation.target")
        expect("reactivation installs before its target is reached", host.generation(), "/run/secrets.d/3")
        host.settle("/var/log/app.log", "started", 3)

        expect(
            "a lingering user has secrets in the runtime directory",
            host.out("cat", "/home/alice/.config/sops-nix/secrets/mail", "/run/user/1000/secrets.d/1/rendered/mailrc"),
            f"{context.mail}password {context.mail}",
        )
        entry = scripts.entry(context, host, "home", "alice")
        said = host.run(
            *"setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/alice USER=alice".split(), "bash", entry
        )
        expect("home-manager's entry installs beside a user manager", "error" in said.stderr, False)
        expect(
            "as the next generation",
            host.out("readlink", "/home/alice/.config/sops-nix/secrets").strip(),
            "/run/user/1000/secrets.d/2",
        )
        expect(
            "closed to others",
            host.out("stat", "-c", "%a %U", "/run/user/1000/secrets.d/2/mail").strip(),
            "400 alice",
        )
        failed = host.out("systemctl", "list-units", "--failed", "--plain", "--no-legend")
        expect("no unit failed", failed, "")
        host.said_nothing_secret()
    finally:
        host.stop()


def late(context):
    """`sops.late`: secrets wait for the network's file systems, and the machine for the secrets."""
    machine = Plain(context, "late", "late")
    machine.provide({"token": context.secret("late")})
    machine.unit("net.mount", NET, ["remote-fs.target.wants"])
    machine.unit("wait-online.service", ONLINE, ["network-online.target.wants"])
    try:
        state, seconds = machine.boot()
        expect(f"the machine is up ({seconds:.1f} s)", state, "running")
        expect("the secret is there", machine.out("cat", "/run/secrets/token"), context.canaries[-1])
        expect("systemd knows of no cycle", re.findall("ordering cycle", machine.journal("-b")), [])
        reached = [
            int(machine.out("systemctl", "show", "--value", "-p", "ActiveEnterTimestampMonotonic", unit))
            for unit in ("sysinit.target", "net.mount", "sops-install-secrets.service", "multi-user.target")
        ]
        expect("after services began and the file system was mounted, before the machine was up", reached, sorted(reached))
        expect("in this order, not at once", len(set(reached)), len(reached))
        place = machine.out("findmnt", "--noheadings", "--output", "TARGET", "--target", "/net/keys/key.txt").strip()
        expect("the key was made on the file system, not below it", place, "/net")
        closed = machine.out("stat", "-c", "%a %U", "/net/keys/key.txt").strip()
        expect("for root alone", closed, "600 root")
        recipient = machine.out("sed", "-n", "s/^# public key: //p", "/net/keys/key.txt").strip()
        expect("and its recipient is in the journal", recipient in machine.journal("-u", "sops-install-secrets"), True)
        machine.said_nothing_secret()
    finally:
        machine.stop()


def without_host_key(context):
    """The host key is missing: the unit fails, boot goes on, the journal says why."""
    host = Host(context, "keyless")
    hashed = run("openssl", "passwd", "-6", "unused").stdout.strip()
    values = {"alice-password": hashed, "app": {"token": context.secret("t")}, "tls-key": "x", "quiet": "y"}
    host.provide(values)
    (host.root / "etc/ssh/ssh_host_ed25519_key").unlink()
    # Users are made without a password then.
    host.write("/usr/local/lib/make-users", MAKE_USERS.replace("$(cat", "$(: cat"), 0o755)
    try:
        state, seconds = host.boot()
        expect(f"boot goes on ({seconds:.1f} s)", state, "degraded")
        expect("up to the end", host.out("systemctl", "is-active", "multi-user.target").strip(), "active")
        for unit in ("sops-install-secrets", "sops-install-secrets-for-users"):
            failed = host.run("systemctl", "is-failed", unit, check=False).stdout.strip()
            expect(f"{unit} failed", failed, "failed")
            said = host.journal("-u", unit)
            for part in (
                "no identity was found",
                host.recipient,
                "/etc/ssh/ssh_host_ed25519_key: no such file; is its file system mounted yet?",
                "hint: ",
            ):
                expect(f"its journal has `{part}`", part in said, True)
        expect("nothing was installed", host.run("ls", "/run/secrets", check=False).returncode, 2)
        host.said_nothing_secret()
    finally:
        host.stop()


def units_of_home(context, host):
    """A user with secrets of his own, whose manager starts with the machine."""
    config = "/home/alice/.config"
    for name, service in context.answers["home"]["homes"]["alice"]["services"].items():
        host.write(f"{config}/systemd/user/{name}.service", store.home_unit("home", service))
        for target in service["Install"]["WantedBy"]:
            host.link(f"{config}/systemd/user/{target}.wants/{name}.service", f"../{name}.service")
    run("chown", "-R", "1000:1000", host.root / "home/alice")
    host.write("/var/lib/systemd/linger/alice", "")
