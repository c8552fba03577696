"""Every mistake of a configuration, the case that has it, and that the message names the option, the secret and a remedy.

`tests/integration/check.rs` does the same for manifests that come from elsewhere.
"""

from parts.cases import refusal

# Mistake, case, and words of the message: option, secret, remedy. An option that the secret is part of stands for both.
TABLE = (
    ("unknown format", "ours-refuse-format", ["sops.secrets.api-token.format", '"dotenv"']),
    ("unknown default format", "refuse-unknown-format", ["sops.defaultSopsFormat", "sops.secrets.api-token", "dotenv"]),
    ("one file in two formats", "ours-build-two-formats", ["format", "whole", "give both one `format`"]),
    ("missing file, as a path", "refuse-missing-file", ["sops.secrets.first.sopsFile", "git add"]),
    ("missing file, as a string", "refuse-missing-strings", ["sops.secrets.second.sopsFile", "git add"]),
    ("file outside of the store", "refuse-file-outside-store", ["sops.secrets.api-token.sopsFile", "sops.validateSopsFiles = false"]),
    ("no file at all", "refuse-no-file", ["sops.secrets.api-token.sopsFile", "set one of them"]),
    ("no file at all, of a user", "ours-home-refuse-no-file", ["sops.secrets.api-token.sopsFile", "set one of them"]),
    ("key file in the store", "refuse-key-file-in-store", ["sops.age.keyFile", "written as a string and outside of the Nix store"]),
    ("key file as a path literal", "accepted-key-file-as-path", ["sops.age.keyFile", "written as a string and outside of the Nix store"]),
    ("SSH key in the store", "ours-refuse-ssh-key-in-store", ["sops.age.sshKeyPaths", "written as a string and outside of the Nix store"]),
    ("SSH key as a path literal", "accepted-ssh-key-as-path", ["sops.age.sshKeyPaths", "written as a string and outside of the Nix store"]),
    ("RSA key as a path literal", "ours-refuse-rsa-key-as-path", ["sops.gnupg.sshKeyPaths", "written as a string and outside of the Nix store"]),
    ("key file at a relative path", "ours-refuse-relative-key", ["sops.age.keyFile", "absolute path"]),
    ("no key at all", "refuse-no-key-source", ["sops.age.keyFile", "services.openssh.enable = true"]),
    ("no key at all, of a user", "refuse-home-no-key-source", ["sops.age.keyFile", "sops.age.generateKey"]),
    ("a key to be made, without a file", "accepted-generate-without-file", ["sops.age.generateKey", "for instance sops.age.keyFile"]),
    ("a key to be made below a mount", "ours-refuse-generated-key-below-mount", ["sops.age.generateKey", "neededForBoot = true"]),
    ("a key on the network", "ours-refuse-key-on-network", ["sops.age.keyFile", "sops.late = true"]),
    ("a file on the network", "ours-refuse-file-on-network", ["sops.secrets.api-token.sopsFile", "sops.late = true"]),
    ("a key that is not mounted yet", "ours-refuse-login-key-not-mounted", ["sops.age.keyFile", "sops.secrets.billing-hash", "neededForBoot = true"]),
    ("a file that is not mounted yet", "ours-refuse-login-file-not-mounted", ["sops.secrets.billing-hash.sopsFile", "neededForBoot = true"]),
    ("unknown owner", "refuse-undeclared-owner", ["sops.secrets.api-token.owner", "did you mean", "needs sops.secrets.api-token.group"]),
    ("unknown owner of a template", "ours-refuse-template-owner", ["sops.templates.app.owner", "did you mean", "needs sops.templates.app.group"]),
    ("owner and number", "refuse-owner-and-uid", ["sops.secrets.api-token", "leave uid out"]),
    ("owner and number of a template", "refuse-template-owner-and-uid", ['sops.templates."first.env"', "leave uid out"]),
    ("an owner without a group", "owner-and-group", ["database/password", "group", "write null to give the number instead"]),
    ("a number that no account has", "ours-refuse-numbers", ["sops.secrets.api-token.uid", "use 0 to 4294967294"]),
    ("a login secret with a number", "refuse-users-secret-with-uid", ["sops.secrets.billing-hash", "Remove owner, uid"]),
    ("a login secret of immutable users", "refuse-sysusers-immutable", ["sops.secrets.billing-hash.neededForUsers", "users.mutableUsers = true"]),
    ("unknown placeholder", "refuse-unknown-placeholder", ["missing-token", 'sops.templates."app.env".content', "declare that secret"]),
    ("unknown placeholder of a user", "ours-refuse-home-placeholder", ["missing-token", "sops.templates.netrc.content", "declare that secret"]),
    ("placeholder spelled out, of no secret", "ours-build-unknown-placeholder", ["template app", "config.sops.placeholder.NAME", "hint: "]),
    ("wrong key path", "ours-build-wrong-key", ["api-tokn", "did you mean `api-token`?", "correct `key`"]),
    ("plaintext file", "ours-build-plaintext", ["api-token", "plain.yaml", "change them, and encrypt the file", "secrets encrypt --in-place"]),
    ("a value in clear", "ours-build-clear-value", ["url", "`api-token_unencrypted` is not encrypted", "change it, and encrypt the new one"]),
    ("a file for PGP alone", "ours-build-pgp-only", ["api-token", "pgp.yaml", "secrets updatekeys"]),
    ("a file that the host cannot open", "ours-host-key-is-no-recipient", ["web", "api-token", "secrets updatekeys"]),
    ("a host key that is none", "ours-build-host-key-of-no-use", ["sops.hostPubKey", "hint: a host key is"]),
    ("a private key as host key", "ours-refuse-private-host-key", ["sops.hostPubKey", "ssh-keygen -y"]),
    ("two secrets of one name or path", "accepted-duplicate-names", ["sops.secrets.api-token and sops.secrets.session-key", "different ones with `name`", "different ones with `path`"]),
    ("a path that cannot be", "ours-refuse-paths", ["sops.secrets.wireguard.path", "absolute path", "choose a path outside of it"]),
    ("a name that is none", "ours-refuse-names", ["sops.secrets.api-token.name", "a name is relative"]),
    ("a secret in the templates' place", "ours-refuse-rendered", ["sops.secrets.session-key", 'sops.templates."app.env"', "different ones with `name`"]),
    ("a mode that is none", "accepted-bad-mode", ["sops.secrets.api-token.mode", 'such as "0440"']),
    ("`leaf` of a YAML file", "ours-refuse-leaf", ["sops.secrets.api-token.leaf", "Use `key`"]),
    ("two PGP sources", "refuse-gnupg-home-and-keys", ["sops.gnupg.home", "set sops.gnupg.sshKeyPaths = [ ]"]),
    ("split GPG without a domain", "refuse-home-split-gpg", ["sops.gnupg.qubes-split-gpg.domain", "such as"]),
    ("`late` for a script", "ours-refuse-late-script", ["sops.late", "remove one of the two"]),
    ("the module of the other kind", "ours-refuse-home-module-in-nixos", ["homeManager", "importing the correct module"]),
    ("an option that there is not", "refuse-unknown-option", ["sops.secrets.api-token.ownr", "Did you mean `sops.secrets.api-token.owner'"]),
    ("the digest set by hand", "refuse-hash-set", ["sops.secrets.api-token.sopsFileHash", "read-only"]),
)
# Refused, and not a mistake of its own: the same once more, or several at once.
MORE_OF_THE_SAME = {"ours-refuse-modes", "ours-home-refuse-all", "ours-home-refuse-key-as-path", "ours-home-without-generated-file", "refuse-key-file-in-a-tree", "ours-file-of-another-input"}


def check(findings, evaluated):
    said = {item.name: item.failed if item.answer["outcome"] == "ok" else refusal(item.answer) for item in evaluated}
    said = {case: text for case, text in said.items() if text}
    for mistake, case, words in TABLE:
        text = said.get(case)
        problems = [f"{case} is not refused"] if text is None else [f"{case} does not mention `{word}`:\n{text}" for word in words if word not in text]
        findings.judge("mistakes", mistake, problems)
    missing = said.keys() - {case for _, case, _ in TABLE} - MORE_OF_THE_SAME
    findings.judge("mistakes", "table", [f"{case} is refused and not in the table" for case in sorted(missing)])
