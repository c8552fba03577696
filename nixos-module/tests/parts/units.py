"""systemd's opinion of the units: `systemd-analyze verify` on what was evaluated, beside what other modules order.

The text of a unit is made here as NixOS makes it. Stand-ins are there for what Debian has not: userborn (alias
systemd-sysusers), sysinit-reactivation.target, and units as impermanence, agenix and encrypted disks bring them.
"""

import re
import shutil
import subprocess

from parts.cases import OUR_UNITS

STORE = re.compile(r"\{store\}/[0-9a-zA-Z+\-._?=~]+(?:/[0-9a-zA-Z+\-._?=~/]*)?")
LISTS = {
    "after": "After",
    "before": "Before",
    "wants": "Wants",
    "requires": "Requires",
    "conflicts": "Conflicts",
}
EARLY = "[Unit]\nDefaultDependencies=no\n{}\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n"
NEIGHBOURS = {
    "sysinit-reactivation.target": "[Unit]\nDescription=stand-in: reactivation while switching\n",
    "userborn.service": EARLY.format("After=systemd-remount-fs.service\nBefore=systemd-tmpfiles-setup-dev.service sysinit.target sysinit-reactivation.target shutdown.target"),
    "agenix-install-secrets.service": EARLY.format("After=systemd-sysusers.service\nBefore=sysinit.target shutdown.target"),
    "impermanence-persist.service": EARLY.format("RequiresMountsFor=/persist\nBefore=local-fs.target shutdown.target"),
    "dev-mapper-persist.device": "[Unit]\nDescription=stand-in\n",
    "systemd-cryptsetup@persist.service": EARLY.format("Before=cryptsetup.target blockdev@dev-mapper-persist.target shutdown.target"),
    "persist.mount": "[Unit]\nAfter=local-fs-pre.target blockdev@dev-mapper-persist.target\nBefore=local-fs.target\n[Mount]\nWhat=/dev/mapper/persist\nWhere=/persist\nType=ext4\n",
    "scratch.mount": "[Unit]\nAfter=local-fs-pre.target\nBefore=local-fs.target\n[Mount]\nWhat=tmpfs\nWhere=/scratch\nType=tmpfs\n",
    "net.mount": "[Mount]\nWhat=server:/keys\nWhere=/net\nType=nfs\nOptions=_netdev\n",
    "wait-online.service": "[Unit]\nBefore=network-online.target\n[Service]\nType=oneshot\nExecStart=/bin/true\n",
    "pcscd.socket": "[Socket]\nListenStream=/run/pcscd/pcscd.comm\n[Install]\n",
    "pcscd.service": "[Unit]\nRequires=pcscd.socket\n[Service]\nExecStart=/bin/true\n",
    "ordinary.service": "[Service]\nType=oneshot\nExecStart=/bin/true\n",
}
BY_INITRD = ("persist.mount", "impermanence-persist.service")
WANTS = {
    "sysinit.target": ["userborn.service", "agenix-install-secrets.service"],
    "local-fs.target": ["impermanence-persist.service", "persist.mount", "scratch.mount"],
    "cryptsetup.target": ["systemd-cryptsetup@persist.service"],
    "remote-fs.target": ["net.mount"],
    "network-online.target": ["wait-online.service"],
    "sockets.target": ["pcscd.socket"],
    "multi-user.target": ["ordinary.service", "sysinit-reactivation.target"],
}


def check(findings, evaluated, scratch):
    if not shutil.which("systemd-analyze"):
        findings.left_out("units", "systemd-analyze is not here")
        return
    # That a cycle would be seen at all.
    late = {"sops-install-secrets": {"after": ["multi-user.target"], "before": ["sysinit.target"], "wantedBy": ["sysinit.target"],
            "unitConfig": {"DefaultDependencies": "no"}, "serviceConfig": {"Type": "oneshot", "ExecStart": ["/bin/true"]}}}
    # A login set whose key has to be mounted first, which the module refuses for this reason.
    mounted = {"sops-install-secrets-for-users": {"before": ["userborn.service"], "wantedBy": ["userborn.service"],
               "unitConfig": {"DefaultDependencies": "no", "RequiresMountsFor": ["/persist/key"]}, "serviceConfig": {"Type": "oneshot", "ExecStart": ["/bin/true"]}}}
    for name, units in (("late", late), ("mounted", mounted)):
        found = verify(units, scratch / f"units-cycle-{name}", True)
        findings.judge("units", f"a cycle made on purpose: {name}", [] if any("cycle" in line for line in found) else ["is not found"])
    for item in evaluated:
        services = item.answer.get("sections", {}).get("systemd", {}).get("services", {})
        ours = {name: services[name] for name in OUR_UNITS if name in services}
        if item.answer["outcome"] == "ok" and ours:
            findings.judge("units", item.name, verify(ours, scratch / f"units-{item.name}"))
        for user, home in item.answer.get("sections", {}).get("homes", {}).items():
            unit = home.get("systemd", {}).get("services", {}).get("sops-nix")
            if item.answer["outcome"] == "ok" and unit:
                findings.judge("units", f"{item.name}: {user}", verify_user(unit, scratch / f"units-{item.name}-{user}"))


def verify(units, directory, late_mounts=False):
    """What systemd-analyze says of the units and of a whole boot with them. What the initrd mounts has no job any more,
    and beside a login set everything that keys lie on is of that kind."""
    directory.mkdir()
    early = "sops-install-secrets-for-users" in units and not late_mounts
    for name, text in NEIGHBOURS.items():
        if not (early and name in BY_INITRD):
            (directory / name).write_text(text)
    # NixOS' name for both; Debian's own unit of that name would be a second one.
    (directory / "systemd-sysusers.service").symlink_to("userborn.service")
    for target, names in WANTS.items():
        for name in names:
            if (directory / name).exists():
                want(directory, target, "wants", name)
    # As the generator for fstab does; it brings local-fs-pre.target in, and with that its order.
    (directory / "local-fs.target.wants/systemd-remount-fs.service").symlink_to("/usr/lib/systemd/system/systemd-remount-fs.service")
    for name, unit in units.items():
        (directory / f"{name}.service").write_text(text_of(unit))
        for kind, relation in (("wantedBy", "wants"), ("requiredBy", "requires")):
            for target in unit.get(kind, []):
                want(directory, target, relation, f"{name}.service")
    names = [f"{name}.service" for name in units]
    return run(directory, [*names, "multi-user.target"], [])


def verify_user(unit, directory):
    directory.mkdir()
    sections = {name: dict(values) for name, values in unit.items()}
    wanted = sections.pop("Install", {}).get("WantedBy", [])
    lines = []
    for name, values in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key}={plain(value)}" for key, value in flat(values)]
    (directory / "sops-nix.service").write_text("\n".join(lines) + "\n")
    for target in wanted:
        want(directory, target, "wants", "sops-nix.service")
    targets = [target for target in wanted if target != "graphical-session-pre.target"]
    return run(directory, ["sops-nix.service", *targets], ["--user"])


def want(directory, target, relation, name):
    folder = directory / f"{target}.{relation}"
    folder.mkdir(exist_ok=True)
    (folder / name).symlink_to(directory / name)


def run(directory, names, options):
    kind = "user" if options else "system"
    environment = {"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{directory}:/usr/lib/systemd/{kind}", "HOME": str(directory), "XDG_RUNTIME_DIR": str(directory)}
    command = ["systemd-analyze", *options, "--man=no", "--generators=no", "verify", *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "sops" in line or "cycle" in line]
    return said


def text_of(unit):
    """The unit's file, from what the module defined."""
    lines = ["[Unit]", f"Description={unit.get('description', '')}"]
    lines += [f"{LISTS[key]}={' '.join(unit[key])}" for key in LISTS if key in unit]
    lines += [f"{key}={plain(value)}" for key, value in flat(unit.get("unitConfig", {}))]
    lines += ["[Service]", *[f'Environment="{key}={plain(value)}"' for key, value in unit.get("environment", {}).items()]]
    lines += [f"{key}={plain(value)}" for key, value in flat(unit.get("serviceConfig", {}))]
    return "\n".join(lines) + "\n"


def flat(section):
    for key, value in section.items():
        for item in value if isinstance(value, list) else [value]:
            yield key, item


def plain(value):
    """Store paths are programs that exist here."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return STORE.sub("/bin/true", str(value))
