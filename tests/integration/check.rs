//! `secrets check`: one test for each thing that the build of a configuration can find.

use std::fs;

use crate::case::{Case, Outcome, fixture, recipient_of};

const FILES: &str = "activation/fixtures";

fn recipient(name: &str) -> String {
    recipient_of(&format!("{FILES}/keys/{name}"))
}

/// A manifest with these secrets: name, file, format, key.
fn manifest(secrets: &[(&str, &str, &str, &str)]) -> String {
    let secrets: Vec<_> = secrets
        .iter()
        .map(|(name, file, format, key)| {
            format!(
                r#"{{"name": "{name}", "path": "/run/secrets/{name}", "sopsFile": "{}", "format": "{format}", "key": "{key}", "mode": "0400"}}"#,
                place(file)
            )
        })
        .collect();
    format!(
        r#"{{"secretsMountPoint": "/run/secrets.d", "symlinkPath": "/run/secrets", "secrets": [{}]}}"#,
        secrets.join(", ")
    )
}

fn place(file: &str) -> String {
    if file.starts_with('/') {
        return file.to_owned();
    }
    fixture(&format!("{FILES}/{file}")).to_str().unwrap().to_owned()
}

fn check(secrets: &[(&str, &str, &str, &str)], host_keys: &[&str]) -> Outcome {
    let mut words = vec!["check", "--manifest", "m.json"];
    for key in host_keys {
        words.extend(["--host-key", key]);
    }
    Case::new()
        .write("m.json", manifest(secrets))
        .copy(&format!("{FILES}/keys/host.pub"), "host.pub")
        .run(words)
}

#[test]
fn what_can_be_installed_and_opened_gives_no_word() {
    let main = recipient("main.txt");
    let shared = [
        ("a", "app.yaml", "yaml", "token"),
        ("b", "settings.json", "json", "user"),
    ];
    check(&shared, &[]).stdout("").success();
    check(&shared, &[&main]).stdout("").success();
    check(&[("h", "host.yaml", "yaml", "host-token")], &["host.pub"])
        .stdout("")
        .success();
}

#[test]
fn a_file_that_the_host_cannot_open_is_named_with_host_secrets_recipients_and_the_way_out() {
    let file = place("app.yaml");
    let key = fs::read_to_string(fixture(&format!("{FILES}/keys/host.pub"))).unwrap();
    let ssh: Vec<_> = key.split_whitespace().take(2).collect();
    let converted = Case::new().stdin(&key).run(["ssh-to-age"]).stdout;
    let age = String::from_utf8(converted).unwrap().trim().to_owned();
    let secrets = [
        ("db/password", "app.yaml", "yaml", "token"),
        ("whole", "app.yaml", "yaml", ""),
    ];
    check(&secrets, &["web=host.pub"]).code(1).stdout("").stderr(&format!(
        "secrets: error: db/password, whole: cannot open {file}: no key of web is among the recipients\n  \
         host:       web: {age} = {}\n  \
         recipients: {}\n  \
         hint: add {age} to `.sops.yaml` and run `secrets updatekeys {file}` on a machine that can open it\n\
         secrets: error: 2 secrets and templates cannot be installed\n",
        ssh.join(" "),
        recipient("main.txt"),
    ));
}

#[test]
fn the_way_out_names_the_file_as_it_is_called_in_the_repository() {
    // Nothing lies in the store of a machine without Nix; a message about a missing file tells the same path.
    check(
        &[(
            "a",
            "/nix/store/00000000000000000000000000000000-source/x.yaml",
            "yaml",
            "k",
        )],
        &[],
    )
    .code(1)
    .stderr_has("a: cannot open /nix/store/00000000000000000000000000000000-source/x.yaml: No such file");
}

#[test]
fn files_of_one_host_with_the_same_recipients_share_one_message() {
    let secrets = [
        ("a", "app.yaml", "yaml", "token"),
        ("b", "settings.json", "json", "user"),
        ("c", "service.env", "dotenv", ""),
    ];
    let outcome = check(&secrets, &["host.pub"]).code(1);
    assert_eq!(
        outcome.stderr.matches("recipients:").count(),
        1,
        "{}",
        outcome.stderr
    );
    let files = format!(
        "{}, {}, {}",
        place("app.yaml"),
        place("settings.json"),
        place("service.env")
    );
    outcome
        .stderr_has("a, b, c: cannot open 3 files: no key of ")
        .stderr_has(&files);
}

#[test]
fn hosts_with_manifests_of_their_own_are_checked_in_one_run() {
    let main = recipient("main.txt");
    let run = |words: &[&str]| {
        Case::new()
            .write("app.json", manifest(&[("a", "app.yaml", "yaml", "token")]))
            .write("host.json", manifest(&[("h", "host.yaml", "yaml", "host-token")]))
            .copy(&format!("{FILES}/keys/host.pub"), "host.pub")
            .run(words.iter().copied())
    };
    let (app, host) = (["--manifest", "app.json"], ["--manifest", "host.json"]);
    let right = [
        &["check"],
        &app[..],
        &["--host-key", &main],
        &host,
        &["--host-key", "host.pub"],
    ]
    .concat();
    run(&right).success();
    let wrong = [
        &["check"],
        &app[..],
        &["--host-key", "host.pub"],
        &host,
        &["--host-key", &main],
    ]
    .concat();
    run(&wrong).code(1).stderr_has("2 secrets and templates");
    let forgotten = [&["check"], &app[..], &["--host-key", &main], &host].concat();
    run(&forgotten).code(2).stderr(
        "secrets: error: the manifest host.json has no host\n  hint: each host's --host-key follows its own manifests; \
         check manifests without a host by themselves\n",
    );
}

#[test]
fn host_keys_that_are_none_are_refused_before_anything_is_read() {
    let private = place("keys/host");
    for (key, message) in [
        (
            "absent.pub",
            "cannot read the host key absent.pub: it does not exist",
        ),
        (
            private.as_str(),
            "this is a private key; its public half is wanted",
        ),
        (
            "age1qqqq",
            "cannot use the host key that was given: there is no key in it",
        ),
    ] {
        check(&[("a", "app.yaml", "yaml", "token")], &[key])
            .code(2)
            .stderr_has(message)
            .stderr_has("hint: a host key is the text of a public key");
    }
}

#[test]
fn r_v08_clear_files_and_clear_values_are_refused_with_the_word_to_change_them() {
    check(&[("a", "clear.yaml", "yaml", "token")], &[]).code(1).stderr(&format!(
        "secrets: error: a: cannot open {0}: it is not encrypted: whoever has it has its secrets; change them, and \
         encrypt the file\n  hint: `secrets encrypt --in-place {0}` encrypts it\n\
         secrets: error: 1 secret or template cannot be installed\n",
        place("clear.yaml")
    ));
}

#[test]
fn keys_that_are_not_there_and_files_of_another_format_are_named_all_at_once() {
    check(
        &[
            ("a", "app.yaml", "yaml", "tokem"),
            ("b", "settings.json", "json", "nested/none"),
            ("c", "service.env", "yaml", "X"),
        ],
        &[],
    )
    .code(1)
    .stderr_has("a: cannot take the value out of")
    .stderr_has("did you mean `token`?")
    .stderr_has("b: cannot take the value out of")
    .stderr_has("c: cannot open")
    .stderr_has("3 secrets and templates cannot be installed");
}

#[test]
fn r_f06_a_file_for_pgp_keys_alone_names_them_and_the_command_that_adds_the_host() {
    let text = fs::read_to_string(fixture(&format!("{FILES}/settings.json"))).unwrap();
    let (start, end) = (
        text.find(r#""age": ["#).unwrap(),
        text.find(r#""lastmodified""#).unwrap(),
    );
    let pgp = r#""pgp": [{"created_at": "2026-01-01T00:00:00Z", "enc": "x", "fp": "85D77543B3D624B63CEA9E6DBC17301B491B3F21"}], "#;
    let case = Case::new().write("pgp.json", format!("{}{pgp}{}", &text[..start], &text[end..]));
    let file = case.path("pgp.json").to_str().unwrap().to_owned();
    let case = case.write("m.json", manifest(&[("a", &file, "json", "user")]));
    case.run(["check", "--manifest", "m.json"])
        .code(1)
        .stderr(&format!(
            "secrets: error: a: cannot open {file}: no age or SSH key is among the recipients\n  \
         recipients: pgp 85D77543B3D624B63CEA9E6DBC17301B491B3F21\n  \
         hint: add the host's recipient (`ssh-keyscan HOST | secrets ssh-to-age`) to `.sops.yaml` and run \
         `secrets updatekeys {file}` where such a key is, once for all\n\
         secrets: error: 1 secret or template cannot be installed\n",
        ));
}

#[test]
fn faults_of_a_manifest_are_usage_errors() {
    Case::new()
        .write("m.json", r#"{"secrets": [{"name": "a"}]}"#)
        .run(["check", "--manifest", "m.json"])
        .code(2);
    Case::new().run(["check"]).code(2).stderr_has("--manifest");
}

/// What is wrong, the manifest that has it, the exit code, and the words that name it and help.
type Mistake<'a> = (&'a str, String, i32, &'a [&'a str]);

#[track_caller]
fn named(mistakes: &[Mistake<'_>]) {
    for (mistake, manifest, code, words) in mistakes {
        let outcome = Case::new()
            .write("m.json", manifest)
            .run(["check", "--manifest", "m.json"]);
        assert_eq!(outcome.code, *code, "{mistake}: {}", outcome.stderr);
        for word in *words {
            assert!(
                outcome.stderr.contains(word),
                "{mistake}: no `{word}` in {}",
                outcome.stderr
            );
        }
    }
}

const STORE: &str = "/nix/store/00000000000000000000000000000000-source";
const GOOD: (&str, &str, &str, &str) = ("a", "app.yaml", "yaml", "token");

fn with(extra: &str) -> String {
    manifest(&[GOOD]).replacen('{', &format!("{{{extra}, "), 1)
}

#[test]
fn every_mistake_of_a_manifest_names_its_secret_its_option_and_a_remedy() {
    let key_file = with(&format!(r#""ageKeyFile": "{STORE}/key.txt""#));
    let ssh_key = with(&format!(r#""ageSshKeyPaths": ["{STORE}/key"]"#));
    let format = manifest(&[("a", "app.yaml", "yml", "token")]);
    let formats = [
        "a: format `yml` is not a format",
        "yaml, json, dotenv, ini, binary",
    ];
    let misspelt = manifest(&[GOOD]).replacen(r#""mode""#, r#""onwer": "x", "mode""#, 1);
    let mode = manifest(&[GOOD]).replace("0400", "4755");
    named(&[
        ("unknown format", format, 2, &formats),
        (
            "store path as key",
            key_file,
            2,
            &[
                "ageKeyFile",
                "inside the store",
                "a private key must not be there",
            ],
        ),
        (
            "store path as SSH key",
            ssh_key,
            2,
            &["ageSshKeyPaths", "inside the store"],
        ),
        (
            "bad mode",
            mode,
            2,
            &["a: mode `4755` is not a file mode", "such as `0440`"],
        ),
        (
            "two secrets of one name",
            manifest(&[GOOD, GOOD]),
            2,
            &["a: there is another one with this name"],
        ),
        (
            "misspelt field",
            misspelt,
            2,
            &["a: onwer is not a field; did you mean `owner`?"],
        ),
    ]);
}

#[test]
fn every_mistake_about_a_file_names_its_secret_its_option_and_a_remedy() {
    let missing = format!("{STORE}/hosts/x.yaml");
    let template = with(
        r#""templates": [{"name": "t", "content": "<SOPS:b:PLACEHOLDER>", "mode": "0400",
            "path": "/run/secrets/rendered/t"}], "placeholderBySecretName": {"a": "<SOPS:a:PLACEHOLDER>"}"#,
    );
    named(&[
        (
            "missing file",
            manifest(&[("a", &missing, "yaml", "k")]),
            1,
            &[
                "a: cannot open ",
                "correct `sopsFile`",
                "`secrets edit hosts/x.yaml`",
                "`git add`",
            ],
        ),
        (
            "unknown placeholder",
            template,
            1,
            &[
                "template t: the placeholder `<SOPS:b:PLACEHOLDER>` belongs to no secret",
                "`config.sops.placeholder.NAME`",
            ],
        ),
        (
            "wrong key path",
            manifest(&[("a", "app.yaml", "yaml", "none/such")]),
            1,
            &[
                "a: cannot take the value out of",
                "`none` is missing",
                "correct `key`",
            ],
        ),
        (
            "plaintext file",
            manifest(&[("a", "clear.yaml", "yaml", "token")]),
            1,
            &[
                "a: cannot open",
                "it is not encrypted",
                "change them",
                "secrets encrypt --in-place",
            ],
        ),
        (
            "wrong format",
            manifest(&[("a", "app.yaml", "json", "token")]),
            1,
            &[
                "a: cannot open",
                "a JSON object begins with",
                "say so with `format`",
            ],
        ),
    ]);
}

#[test]
fn an_unknown_owner_is_named_when_accounts_are_known_and_nothing_is_installed() {
    let case = Case::new();
    let root = case.path("s").to_str().unwrap().to_owned();
    // A template, which needs no key and no file.
    let text = format!(
        r#"{{"secretsMountPoint": "{root}.d", "symlinkPath": "{root}", "templates": [{{"name": "t", "content": "x",
            "owner": "rooot", "mode": "0400", "path": "{root}/rendered/t"}}]}}"#
    );
    let outcome = case.write("m.json", text).run(["activate", "m.json"]).code(1);
    outcome
        .stderr_has("template t: owner `rooot` does not exist on this host")
        .stderr_has("hint: correct `owner`, or declare the user in `users.users`");
}

#[test]
fn the_command_of_the_hint_repairs_what_was_found() {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().trim().to_owned();
    let run = |case: Case, words: &[&str]| case.run(words.iter().copied());
    let made = run(Case::new(), &["keygen", "key.txt"]).success();
    let (mine, key) = (text(&made.stdout), made.file("key.txt"));
    let host = text(&run(Case::new(), &["keygen", "host.txt"]).stdout);

    let policy = |recipients: &str| format!("creation_rules:\n  - age: {recipients}\n");
    let sealed = run(
        Case::new()
            .write("x.yaml", "token: t\n")
            .write(".sops.yaml", policy(&mine)),
        &["encrypt", "x.yaml"],
    );
    let with = |file: &[u8], recipients: &str| {
        let case = Case::new().write("x.yaml", file).write("key.txt", &key);
        let place = case.path("x.yaml").to_str().unwrap().to_owned();
        let case = case.write("m.json", manifest(&[("a", &place, "yaml", "token")]));
        case.write(".sops.yaml", policy(recipients))
            .env("SOPS_AGE_KEY_FILE", "key.txt")
    };
    let check = ["check", "--manifest", "m.json", "--host-key", &host];
    run(with(&sealed.stdout, &mine), &check)
        .code(1)
        .stderr_has(&format!(
            "hint: add {host} to `.sops.yaml` and run `secrets updatekeys "
        ));
    let updated = run(
        with(&sealed.stdout, &format!("{mine},{host}")),
        &["updatekeys", "--yes", "x.yaml"],
    );
    run(with(&updated.code(0).file("x.yaml"), &mine), &check).success();
}
