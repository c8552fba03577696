"""The store that an evaluated text speaks of, made below some root: only paths are replaced, no text."""

import json
import pathlib
import shutil

TOOLS = {"coreutils": ("env", "mkdir"), "bash": ("bash",)}


def store(case):
    """Where the paths of a case are: two cases may have things of the same name."""
    return f"/nix/store/{sum(case.encode()):032d}-"


def real(case, text):
    return text.replace("{store}/", store(case))


def build(root, program, case, answer, sops_files):
    """`sops_files`: by their name in the store."""
    root = pathlib.Path(root)

    def place(name):
        path = root / (store(case) + name).lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    binaries = place("secrets-0.1.0/bin/secrets")
    if not binaries.exists():
        shutil.copy(program, binaries)
        (binaries.parent / "sops-install-secrets").symlink_to("secrets")
    for package, programs in TOOLS.items():
        for name in programs:
            tool = place(f"{package}/bin/{name}")
            tool.unlink(missing_ok=True)
            tool.symlink_to(f"/bin/{name}")
    for name, item in answer["texts"].items():
        place(name).write_text(real(case, item["text"]))
        place(name).chmod(0o555 if item["executable"] else 0o444)
    for name, content in answer["manifests"].items():
        place(name).write_text(real(case, json.dumps(content)))
    for name, content in sops_files.items():
        place(name).write_bytes(content)


def unit(case, service):
    """The text of a service, as NixOS writes it. What NixOS adds to every PATH is the machine's own here."""
    lines = ["[Unit]"]
    if service.get("description"):
        lines.append(f"Description={service['description']}")
    for key, name in (
        ("after", "After"),
        ("before", "Before"),
        ("conflicts", "Conflicts"),
        ("wants", "Wants"),
        ("requires", "Requires"),
    ):
        lines += [f"{name}={' '.join(service[key])}"] if service.get(key) else []
    lines += settings(service.get("unitConfig", {}))
    lines.append("[Service]")
    path = [f"{package}/bin" for package in service.get("path", [])] + ["/usr/bin", "/bin"]
    environment = {"PATH": ":".join(path), **service.get("environment", {})}
    lines += [f'Environment="{name}={value}"' for name, value in environment.items()]
    lines += settings(service.get("serviceConfig", {}))
    return real(case, "\n".join(lines) + "\n")


def home_unit(case, service):
    """The text of a user service, as home-manager writes it."""
    lines = []
    for section in ("Unit", "Service", "Install"):
        lines += [f"[{section}]", *settings(service.get(section, {}))]
    return real(case, "\n".join(lines) + "\n")


def settings(section):
    lines = []
    for name, value in section.items():
        values = value if isinstance(value, list) else [value]
        lines += [f"{name}={'true' if one is True else 'false' if one is False else one}" for one in values]
    return lines


def wanted(service):
    """Folders of links that NixOS makes for a unit, from its own name."""
    for key, suffix in (("wantedBy", "wants"), ("requiredBy", "requires")):
        for target in service.get(key, []):
            yield f"{target}.{suffix}"
