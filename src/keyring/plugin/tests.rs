//! A fake plugin in all its moods. It is a shell script, so that its process is a real one.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use age_core::format::{FileKey, Stanza};
use age_core::secrecy::ExposeSecret;

use crate::keyring::report::EntryFailure;
use crate::keyring::sources::{PluginSettings, Source};
use crate::keyring::tests::{metadata, one_group};
use crate::keyring::{Asker, Keyring, NoKey, PromptFor, Scope, Sources};
use crate::secret::Plaintext;
use crate::sops::{AgeKey, DataKey, KeyGroup};

const DATA_KEY: [u8; 32] = [0x33; 32];

/// Wraps the file key in clear, for the fake plugin.
struct Fake;

impl age::Recipient for Fake {
    fn wrap_file_key(&self, key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let stanza = Stanza {
            tag: "fake".to_owned(),
            args: Vec::new(),
            body: key.expose_secret().to_vec(),
        };
        Ok((vec![stanza], HashSet::new()))
    }
}

fn entry(recipient: &str, plaintext: &[u8]) -> AgeKey {
    let mut enc = Vec::new();
    let armor = age::armor::ArmoredWriter::wrap_output(&mut enc, age::armor::Format::AsciiArmor).unwrap();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&Fake as &dyn age::Recipient)).unwrap();
    let mut writer = encryptor.wrap_output(armor).unwrap();
    writer.write_all(plaintext).unwrap();
    writer.finish().unwrap().finish().unwrap();
    AgeKey {
        recipient: recipient.to_owned(),
        enc: String::from_utf8(enc).unwrap(),
    }
}

fn recipient() -> String {
    crate::keys::test_bech32("age1fake", b"recipient")
}

fn identity() -> String {
    crate::keys::test_bech32("age-plugin-fake-", b"identity").to_ascii_uppercase()
}

/// A run with the fake plugin.
struct Run {
    folder: tempfile::TempDir,
    mood: &'static str,
    scope: Scope,
    patience: Duration,
}

/// Answers, and keeps what it was told.
#[derive(Default)]
struct Person {
    told: RefCell<Vec<String>>,
}

impl Asker for Person {
    fn passphrase(&mut self, what: &PromptFor<'_>) -> Option<Plaintext> {
        let PromptFor::Plugin { name, message } = what else {
            return None;
        };
        self.told.borrow_mut().push(format!("{name}: {message}"));
        Some(Plaintext::from("1234"))
    }

    fn plugin_choice(&mut self, _: &str, message: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        self.told
            .borrow_mut()
            .push(format!("{message} {yes}/{}", no.unwrap_or("-")));
        Some(true)
    }

    fn plugin_message(&mut self, _: &str, message: &str) {
        self.told.borrow_mut().push(message.to_owned());
    }
}

impl Run {
    fn new(mood: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            mood,
            scope: Scope::Person,
            patience: Duration::from_secs(20),
        }
    }

    fn log(&self, suffix: &str) -> PathBuf {
        self.folder.path().join(format!("log{suffix}"))
    }

    fn logged(&self, suffix: &str) -> String {
        std::fs::read_to_string(self.log(suffix)).unwrap()
    }

    fn sources(&self) -> Sources {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plugins");
        let environment = [
            ("PATH", OsString::from("/usr/bin:/bin:/run/current-system/sw/bin")),
            ("FAKE", self.mood.into()),
            ("FAKE_LOG", self.log("").into()),
        ];
        Sources {
            scope: self.scope,
            places: vec![Source::Text {
                variable: "SOPS_AGE_KEY",
                text: Plaintext::from(identity().as_str()),
            }],
            plugins: PluginSettings {
                directories: vec!["relative".into(), "/nonexistent".into(), fixtures],
                patience: Some(self.patience),
                environment: environment.map(|(name, value)| (name.into(), value)).to_vec(),
            },
        }
    }

    fn open(&self, person: &mut Person) -> Result<DataKey, Box<NoKey>> {
        let file = one_group(vec![entry(&recipient(), &DATA_KEY)]);
        Keyring::find(&self.sources(), person).data_key(&file)
    }

    fn failure(&self) -> String {
        let report = self.open(&mut Person::default()).err().unwrap();
        let reasons: Vec<&str> = report
            .plugins
            .iter()
            .map(|(name, reason)| {
                assert_eq!(name, "fake");
                reason.as_str()
            })
            .collect();
        reasons.join("; ")
    }
}

#[test]
fn a_plugin_opens_five_files_in_one_session_and_is_given_only_stanzas() {
    let run = Run::new("");
    let files: Vec<_> = (1..=5u8)
        .map(|n| one_group(vec![entry("age1other", &[9; 32]), entry(&recipient(), &[n; 32])]))
        .collect();
    let files: Vec<_> = files.iter().collect();
    let mut person = Person::default();
    let sources = run.sources();
    let mut keyring = Keyring::find(&sources, &mut person);
    for (key, n) in keyring.data_keys(&files).iter().zip(1..=5u8) {
        assert_eq!(key.as_ref().ok().unwrap().expose(), &[n; 32]);
    }
    let log = run.logged("");
    assert_eq!(log.matches("--age-plugin=identity-v1").count(), 1, "one process");
    let heads: Vec<&str> = log.lines().filter(|line| line.starts_with("-> ")).collect();
    let stanzas: Vec<&str> = heads
        .iter()
        .filter(|line| line.ends_with(" fake"))
        .copied()
        .collect();
    let wanted: Vec<String> = (0..5)
        .map(|index| format!("-> recipient-stanza {index} fake"))
        .collect();
    assert_eq!(stanzas, wanted);
    assert_eq!(heads[0], format!("-> add-identity {}", identity()));
    assert_eq!(heads.last(), Some(&"-> done"));
    let strange = heads.iter().filter(|head| {
        !["-> add-identity ", "-> recipient-stanza ", "-> done"]
            .iter()
            .any(|known| head.starts_with(known))
    });
    assert_eq!(strange.count(), 0, "R-C03: nothing but identities and stanzas");
}

#[test]
fn r_c02_every_way_to_fail_is_told_and_none_holds_us_up() {
    let started = Instant::now();
    for (mood, wanted) in [
        ("exit", "ended before its work was done: no card in the reader"),
        ("error", "wrong card (identity 0)"),
        ("garbage", "does not speak the plugin protocol"),
        ("short", "does not speak the plugin protocol"),
        ("wrong-index", "does not speak the plugin protocol"),
        ("flood", "said too much"),
        ("endless", "said too much"),
    ] {
        assert_eq!(Run::new(mood).failure(), wanted, "{mood}");
    }
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "a bound against hanging, not a measurement"
    );
}

#[test]
fn r_c02_a_plugin_that_hangs_is_ended_with_all_its_children() {
    for mood in ["hang", "hang-hard", "deaf"] {
        let mut run = Run::new(mood);
        run.patience = Duration::from_millis(300);
        assert!(run.failure().starts_with("took longer than"), "{mood}");
    }
}

#[test]
fn a_child_that_a_plugin_leaves_behind_is_ended_and_the_key_is_used() {
    let run = Run::new("linger");
    assert!(run.open(&mut Person::default()).is_ok());
    let child: i32 = run.logged(".child").trim().parse().unwrap();
    // Its parent is gone, so init reaps it: soon, not at once.
    for _ in 0..500 {
        let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        if stat.is_empty() || stat.contains(") Z ") {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the child still runs");
}

#[test]
fn a_wrong_file_key_is_found_by_the_mac() {
    let report = Run::new("wrong-key").open(&mut Person::default()).err().unwrap();
    let failure = report.groups[0].age[0].failure.clone();
    assert_eq!(
        failure,
        Some(EntryFailure::Age(crate::keys::age_file::AgeFileError::Mac))
    );
}

#[test]
fn a_file_key_given_twice_is_a_breach_but_the_first_one_is_used() {
    assert!(Run::new("twice").open(&mut Person::default()).is_ok());
}

#[test]
fn unknown_commands_are_answered_and_messages_are_shown() {
    let run = Run::new("grease");
    let mut person = Person::default();
    assert!(run.open(&mut person).is_ok());
    assert_eq!(person.told.take(), ["touch it"]);
    assert!(run.logged("").contains("-> unsupported\n\n-> ok\n"));
}

#[test]
fn questions_of_a_plugin_reach_the_person_and_their_answers_the_plugin() {
    let run = Run::new("ask");
    let mut person = Person::default();
    assert!(run.open(&mut person).is_ok());
    assert_eq!(person.told.take(), ["fake: PIN", "sure? yes/no"]);
    assert!(
        run.logged("")
            .ends_with("-> ok\nMTIzNA\n-> ok yes\n\n-> fail\n\n")
    );
}

#[test]
fn r_c01_a_plugin_gets_three_descriptors_and_the_environment_that_was_allowed() {
    let leak = std::fs::File::open("/dev/null").unwrap();
    nix::fcntl::fcntl(&leak, nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::empty())).unwrap();
    let run = Run::new("look");
    assert!(run.open(&mut Person::default()).is_ok());
    let environment = run.logged(".env");
    let names: HashSet<&str> = environment
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0))
        .collect();
    let allowed = HashSet::from(["FAKE", "FAKE_LOG", "PATH", "PWD", "OLDPWD", "SHLVL", "_"]);
    assert!(names.is_subset(&allowed), "{names:?}");
    assert!(environment.ends_with("\n/\n"));
    let fds = run.logged(".fds");
    // `ls` has the directory itself open.
    let open: Vec<&str> = fds
        .lines()
        .filter(|line| line.contains("->") && !line.contains("/proc/"))
        .collect();
    assert_eq!(open.len(), 3, "{fds}");
}

#[test]
fn a_plugin_that_is_not_there_is_named() {
    let run = Run::new("");
    let mut sources = run.sources();
    sources.plugins.directories.pop();
    let mut person = Person::default();
    let file = one_group(vec![entry(&recipient(), &DATA_KEY)]);
    let report = Keyring::find(&sources, &mut person)
        .data_key(&file)
        .err()
        .unwrap();
    let (name, reason) = &report.plugins[0];
    assert_eq!(name, "fake");
    assert_eq!(
        reason,
        "there is no program `age-plugin-fake` in relative:/nonexistent"
    );
}

#[test]
fn no_plugin_is_started_for_files_that_open_without_it_or_when_plugins_are_off() {
    let run = Run::new("");
    let no_entry = metadata(vec![KeyGroup::default()], 0);
    let mut person = Person::default();
    assert!(
        Keyring::find(&run.sources(), &mut person)
            .data_key(&no_entry)
            .is_err()
    );
    assert!(!run.log("").exists());
    let mut off = Run::new("");
    off.patience = Duration::ZERO;
    assert!(off.open(&mut person).is_err());
    assert!(!off.log("").exists());
}

#[test]
fn r_c02_in_system_mode_stderr_is_not_shown() {
    let mut run = Run::new("exit");
    run.scope = Scope::System;
    assert_eq!(run.failure(), "ended before its work was done");
}

#[test]
fn an_edited_recipient_or_a_tag_is_tried_in_a_second_session() {
    let run = Run::new("");
    let tag = crate::keys::test_bech32("age1tag", b"recipient");
    let file = one_group(vec![entry(&tag, &DATA_KEY)]);
    let mut person = Person::default();
    assert!(Keyring::find(&run.sources(), &mut person).data_key(&file).is_ok());
}

/// Wraps a share for the fake plugin's recipient.
fn wrapped(run: &Run) -> Result<AgeKey, String> {
    let sources = run.sources();
    let mut person = Person::default();
    let mut random = crate::os::random::fill;
    let mut wrapper = crate::keyring::Wrapper {
        plugins: &sources.plugins,
        asker: &mut person,
        random: &mut random,
    };
    wrapper
        .entry(&Plaintext::from(&DATA_KEY[..]), &recipient())
        .map_err(|failure| failure.why)
}

#[test]
fn a_plugin_wraps_for_its_recipient_and_opens_it_again() {
    for mood in ["", "grease"] {
        let run = Run::new(mood);
        let entry = wrapped(&run).unwrap();
        let log = run.logged("");
        assert!(
            log.starts_with("--age-plugin=recipient-v1\n-> add-recipient age1fake1"),
            "{log}"
        );
        assert!(log.contains("-> extension-labels\n\n-> done\n"), "{log}");
        let sources = run.sources();
        let mut person = Person::default();
        let mut keyring = Keyring::find(&sources, &mut person);
        let key = keyring.data_key(&one_group(vec![entry])).ok().unwrap();
        assert_eq!(key.expose(), &DATA_KEY, "{mood}");
        assert!(keyring.holds(&recipient()));
    }
}

#[test]
fn a_plugin_that_does_not_wrap_is_an_error_that_names_it() {
    for (mood, message) in [
        (
            "exit",
            "age-plugin-fake: ended before its work was done: no card in the reader",
        ),
        ("garbage", "age-plugin-fake: does not speak the plugin protocol"),
        ("error", "age-plugin-fake: wrong card (recipient 0)"),
        ("nothing", "age-plugin-fake: wrapped nothing"),
        (
            "wrong-index",
            "age-plugin-fake: does not speak the plugin protocol",
        ),
    ] {
        assert_eq!(wrapped(&Run::new(mood)).err().as_deref(), Some(message), "{mood}");
    }
    let mut slow = Run::new("hang");
    slow.patience = Duration::from_secs(1);
    assert_eq!(
        wrapped(&slow).err().as_deref(),
        Some("age-plugin-fake: took longer than 1 s")
    );
}
