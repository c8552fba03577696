//! With the tools of the field: both versions of `age`, and `ssh-keygen`. Each group is left out loudly without its
//! tool.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Host, fixture_text, one_group, person, source};
use crate::keyring::{Asker, Keyring, PluginSettings, PromptFor, Wrapper};
use crate::keys::ssh::convert::{convert_private, convert_public_lines};
use crate::secret::Plaintext;
use crate::sops::AgeKey;

const DATA_KEY: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

fn left_out(what: &str) {
    let _ = writeln!(std::io::stderr(), "LEFT OUT: {what}");
    assert!(std::env::var_os("CI").is_none(), "CI must have it");
}

/// The programs with this name: in PATH, where Go installs, and in `AGE_DIRECTORIES`.
fn programs(name: &str) -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).unwrap_or_default();
    let go = PathBuf::from(variable("HOME")).join("go/bin");
    let mut folders: Vec<PathBuf> = std::env::split_paths(&variable("PATH")).collect();
    folders.push(go);
    folders.extend(std::env::split_paths(&variable("AGE_DIRECTORIES")));
    let mut found: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| folder.join(name).canonicalize().ok())
        .collect();
    found.sort();
    found.dedup();
    found
}

fn run(program: &Path, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    use std::io::Write;
    let beside = program.parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([beside].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let mut child = Command::new(program)
        .args(arguments)
        .env("PATH", path)
        .env("AGE_PASSPHRASE", "burnt")
        .env("AGE_PASSPHRASE_WORK_FACTOR", "10")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may have closed it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    output.status.success().then_some(output.stdout)
}

/// `age -a -r RECIPIENT`.
fn encrypt(age: &Path, recipient: &str) -> Option<String> {
    Some(String::from_utf8(run(age, &["-a", "-r", recipient], DATA_KEY)?).unwrap())
}

struct Burnt;

impl Asker for Burnt {
    fn passphrase(&mut self, _: &PromptFor<'_>) -> Option<Plaintext> {
        Some(Plaintext::from("burnt"))
    }
}

fn opens(key: &Path, recipient: &str, enc: &str) {
    let entry = AgeKey {
        recipient: recipient.to_owned(),
        enc: enc.to_owned(),
    };
    let sources = person(vec![source(key)]);
    let mut asker = Burnt;
    let mut keyring = Keyring::find(&sources, &mut asker);
    let key = keyring.data_key(&one_group(vec![entry]));
    assert_eq!(key.ok().unwrap().expose(), DATA_KEY, "{recipient}");
    assert_eq!(keyring.attempts(), 1);
}

fn keygen(host: &Host, name: &str, arguments: &[&str]) -> Option<PathBuf> {
    let program = programs("ssh-keygen").pop()?;
    let path = host.0.path().join(name);
    let mut all = vec!["-q", "-C", "burnt", "-f", path.to_str()?];
    all.extend(arguments);
    run(&program, &all, b"").map(|_| path)
}

#[test]
fn files_of_age_open_with_the_keys_of_ssh_keygen_in_both_spellings_and_age_takes_our_converted_key() {
    let ages = programs("age");
    if ages.is_empty() || programs("ssh-keygen").is_empty() {
        return left_out("age and ssh-keygen");
    }
    let host = Host::new();
    let key = keygen(&host, "id", &["-t", "ed25519", "-N", ""]).unwrap();
    let line = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let ssh = line.trim().trim_end_matches(" burnt");
    let converted = convert_public_lines(&line).remove(0).result.unwrap().to_string();
    let secret = convert_private(&std::fs::read(&key).unwrap(), None).unwrap();
    let identity = host.file("converted.txt", secret.expose(), 0o600);
    for age in ages {
        opens(&key, ssh, &encrypt(&age, ssh).unwrap());
        let enc = encrypt(&age, &converted).unwrap();
        opens(&key, &converted, &enc);
        opens(&identity, &converted, &enc);
        let opened = run(&age, &["-d", "-i", identity.to_str().unwrap()], enc.as_bytes());
        assert_eq!(opened.as_deref(), Some(&DATA_KEY[..]), "{}", age.display());
    }
}

#[test]
fn keys_of_age_keygen_open_what_age_encrypts_to_them() {
    let ages = programs("age");
    if ages.is_empty() {
        return left_out("age");
    }
    let (mut hybrid, mut passphrase) = (false, false);
    for age in ages {
        let host = Host::new();
        let keygen = age.with_file_name("age-keygen");
        for arguments in [&[][..], &["-pq"]] {
            let Some(text) = run(&keygen, arguments, b"") else {
                continue;
            };
            hybrid |= !arguments.is_empty();
            let text = String::from_utf8(text).unwrap();
            let recipient = text
                .lines()
                .find_map(|line| line.strip_prefix("# public key: "))
                .unwrap();
            let enc = encrypt(&age, recipient).unwrap();
            opens(&host.file("keys.txt", &text, 0o600), recipient, &enc);
            // A passphrase without a terminal: only newer versions can.
            if let Some(locked) = run(&age, &["-e", "-j", "batchpass"], text.as_bytes()) {
                passphrase = true;
                opens(&host.file("locked.age", locked, 0o600), recipient, &enc);
            }
        }
    }
    if !hybrid {
        left_out("hybrid keys and passphrases: age 1.3 or later");
    } else if !passphrase {
        left_out("identity files behind a passphrase: age-plugin-batchpass");
    }
}

#[test]
fn fresh_keys_of_ssh_keygen_open_with_every_cipher() {
    let host = Host::new();
    if keygen(&host, "probe", &["-t", "ed25519", "-N", ""]).is_none() {
        return left_out("ssh-keygen");
    }
    let Some(age) = programs("age").pop() else {
        return left_out("age");
    };
    for cipher in [
        "aes128-cbc",
        "aes192-cbc",
        "aes256-cbc",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
    ] {
        let Some(key) = keygen(
            &host,
            cipher,
            &["-t", "ed25519", "-N", "burnt", "-Z", cipher, "-a", "2"],
        ) else {
            left_out(&format!("{cipher}: unknown to this ssh-keygen"));
            continue;
        };
        let line = std::fs::read_to_string(format!("{}.pub", key.display())).unwrap();
        opens(&key, line.trim(), &encrypt(&age, line.trim()).unwrap());
    }
}

/// Wraps as a command does, with fresh randomness.
fn wrap(recipient: &str) -> String {
    let plugins = PluginSettings::from_environment(&|_| None);
    let mut random = crate::os::random::fill;
    let mut wrapper = Wrapper {
        plugins: &plugins,
        asker: &mut Burnt,
        random: &mut random,
    };
    let entry = wrapper.entry(&Plaintext::from(&DATA_KEY[..]), recipient).unwrap();
    assert_eq!(entry.recipient, recipient.trim());
    entry.enc
}

#[test]
fn age_opens_what_we_wrap_for_its_keys_and_for_those_of_ssh_keygen() {
    let ages = programs("age");
    if ages.is_empty() || programs("ssh-keygen").is_empty() {
        return left_out("age and ssh-keygen");
    }
    let host = Host::new();
    let ssh = keygen(&host, "id", &["-t", "ed25519", "-N", ""]).unwrap();
    let line = std::fs::read_to_string(ssh.with_extension("pub")).unwrap();
    let mut hybrid = false;
    for age in ages {
        let opens = |key: &Path, enc: &str| {
            let opened = run(&age, &["-d", "-i", key.to_str().unwrap()], enc.as_bytes());
            assert_eq!(opened.as_deref(), Some(&DATA_KEY[..]), "{} {enc}", age.display());
        };
        opens(&ssh, &wrap(&line));
        for arguments in [&[][..], &["-pq"]] {
            let Some(text) = run(&age.with_file_name("age-keygen"), arguments, b"") else {
                continue;
            };
            hybrid |= !arguments.is_empty();
            let text = String::from_utf8(text).unwrap();
            let recipient = text.lines().find_map(|line| line.strip_prefix("# public key: "));
            opens(&host.file("keys.txt", &text, 0o600), &wrap(recipient.unwrap()));
        }
        #[cfg(feature = "ssh-rsa")]
        opens(
            &host.file("rsa", fixture_text("rsa"), 0o600),
            &wrap(&fixture_text("rsa.pub")),
        );
    }
    if !hybrid {
        left_out("hybrid keys: age 1.3 or later");
    }
}

#[cfg(feature = "ssh-rsa")]
#[test]
fn rsa_keys_open_what_age_encrypts_to_them() {
    let Some(age) = programs("age").pop() else {
        return left_out("age");
    };
    let host = Host::new();
    let line = fixture_text("rsa.pub");
    for name in ["rsa", "rsa-aes256-ctr"] {
        let key = host.file(name, fixture_text(name), 0o600);
        opens(&key, line.trim(), &encrypt(&age, line.trim()).unwrap());
    }
}

#[cfg(not(feature = "ssh-rsa"))]
#[test]
fn rsa_keys_are_named_and_not_used_without_their_feature() {
    let host = Host::new();
    let sources = person(vec![source(&host.file("rsa", fixture_text("rsa"), 0o600))]);
    let mut asker = Burnt;
    let keyring = Keyring::find(&sources, &mut asker);
    assert!(keyring.identities().is_empty());
    let outcome = format!("{:?}", keyring.sources()[0].outcome);
    assert!(outcome.contains("Rsa"), "{outcome}");
}
