//! What stays in memory, what others may see of the process, and what a closed descriptor does.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::canaries::Canary;
use crate::case::{Case, fixture};

const MADE: &str = "sops/vectors/made";

/// A file with a known data key and so much text that printing it stops at a full pipe.
fn long_file(case: Case, name: &str, variable: &str, key: &str) -> (Case, PathBuf) {
    let value = "line 12345\n".repeat(20_000);
    let case = case
        .copy(&format!("{MADE}/{name}"), name)
        .env(variable, fixture(key).to_str().unwrap())
        .write("value", value);
    let outcome = case
        .run(["set", "--string", "--value-file", name, "[\"long\"]", "value"])
        .success();
    let path = outcome.path(name);
    (outcome.into_case(), path)
}

/// `decrypt` that has decrypted everything and waits for somebody to read what it prints.
struct Stopped(Child);

impl Stopped {
    fn start(case: &Case, file: &Path, variable: &str, key: &Path, uid: Option<u32>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_secrets"));
        command
            .args(["decrypt", file.to_str().unwrap()])
            .env_clear()
            .env("HOME", case.path("."))
            .env(variable, key)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if let Some(uid) = uid {
            command.uid(uid).gid(uid);
        }
        let mut stopped = Self(command.spawn().unwrap());
        let mut first = [0];
        stopped.0.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        while !stopped.is_writing() {
            std::thread::sleep(Duration::from_millis(5));
        }
        stopped
    }

    /// Whether it waits in `write`.
    fn is_writing(&self) -> bool {
        let about =
            |what: &str| fs::read_to_string(format!("/proc/{}/{what}", self.0.id())).unwrap_or_default();
        let call = about("syscall");
        call.starts_with("1 ")
            || call.starts_with("64 ")
            || (call.is_empty() && about("status").contains("State:\tS"))
    }

    /// All memory that can be written: heap, stack, data.
    fn memory(&self) -> std::io::Result<Vec<(String, Vec<u8>)>> {
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.0.id()))?;
        let mut memory = File::open(format!("/proc/{}/mem", self.0.id()))?;
        let mut found = Vec::new();
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (range, rest) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let number = |text: &str| u64::from_str_radix(text, 16).unwrap();
            let mut bytes = vec![0; usize::try_from(number(end) - number(start)).unwrap()];
            memory.seek(SeekFrom::Start(number(start)))?;
            if memory.read_exact(&mut bytes).is_ok() {
                found.push((rest.rsplit(' ').next().unwrap_or_default().to_owned(), bytes));
            }
        }
        Ok(found)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn data_key(name: &str) -> Vec<u8> {
    let vectors = fs::read_to_string(fixture("sops/vectors/vectors.json")).unwrap();
    let record = vectors
        .lines()
        .find(|line| line.contains(&format!("made/{name}\"")))
        .unwrap();
    let hex = record
        .split("\"data_key_hex\": \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    (0..32)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

/// The bytes of an `AGE-SECRET-KEY-1…`.
fn scalar(identity: &str) -> Vec<u8> {
    const ALPHABET: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
    let digits = &identity["AGE-SECRET-KEY-1".len()..identity.len() - 6];
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for digit in digits.chars() {
        held = held << 5 | u32::try_from(ALPHABET.find(digit).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    bytes
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn left_out(what: &str) {
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!in_ci, "{what}");
    println!("LEFT OUT: {what}");
}

#[test]
fn r_k05_no_key_is_left_in_memory_when_the_values_are_printed() {
    if !is_root() {
        return left_out("looking into the program's memory: only root may");
    }
    for (name, variable, key) in [
        (
            "types.yaml",
            "SOPS_AGE_KEY_FILE",
            "sops/vectors/keys/x25519-a.txt",
        ),
        (
            "ssh.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            "sops/vectors/keys/ssh-ed25519",
        ),
    ] {
        let (case, file) = long_file(Case::new(), name, variable, key);
        let text = fs::read_to_string(fixture(key)).unwrap();
        let mut canaries = vec![Canary::new("data key", &data_key(name))];
        for line in text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.starts_with("-----"))
        {
            canaries.push(Canary::new("identity", line.as_bytes()));
            if line.starts_with("AGE-SECRET-KEY-1") {
                canaries.push(Canary::new("scalar", &scalar(line)));
            }
        }
        let stopped = Stopped::start(&case, &file, variable, &fixture(key), None);
        let memory = stopped.memory().unwrap();
        let plaintext = Canary::new("plaintext", b"line 12345\n");
        assert!(
            memory.iter().any(|(_, bytes)| plaintext.is_in(bytes)),
            "the plaintext is not there yet"
        );
        let mut hits = Vec::new();
        for (place, bytes) in &memory {
            for canary in canaries.iter().filter(|canary| canary.is_in(bytes)) {
                hits.push(format!("{} in {place}", canary.name));
            }
        }
        assert!(hits.is_empty(), "{name}: {hits:?}");
    }
}

#[test]
fn r_h01_no_core_file_and_nobody_of_the_same_user_reads_the_memory() {
    let key = "sops/vectors/keys/x25519-a.txt";
    let (case, file) = long_file(Case::new(), "types.yaml", "SOPS_AGE_KEY_FILE", key);
    if !is_root() {
        let stopped = Stopped::start(&case, &file, "SOPS_AGE_KEY_FILE", &fixture(key), None);
        assert!(stopped.memory().is_err());
        return;
    }
    // Somebody else, who may read the file and the key.
    let shared = tempfile::tempdir_in("/tmp").unwrap();
    let place = |name: &str| shared.path().join(name);
    fs::copy(&file, place("f.yaml")).unwrap();
    fs::copy(fixture(key), place("key.txt")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_secrets"), place("secrets")).unwrap();
    for path in [
        shared.path().to_owned(),
        place("f.yaml"),
        place("key.txt"),
        place("secrets"),
    ] {
        std::os::unix::fs::chown(path, Some(65_534), Some(65_534)).unwrap();
    }
    let mut command = Command::new(place("secrets"));
    let mut child = command
        .args(["decrypt", "f.yaml"])
        .env_clear()
        .env("SOPS_AGE_KEY_FILE", "key.txt")
        .current_dir(shared.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .uid(65_534)
        .gid(65_534)
        .spawn()
        .unwrap();
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let read = Command::new("cat")
        .arg(format!("/proc/{}/environ", child.id()))
        .uid(65_534)
        .gid(65_534)
        .output()
        .unwrap();
    let stopped = Stopped(child);
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    assert!(
        !read.status.success() && read.stdout.is_empty(),
        "its own user can look into it"
    );
    drop(stopped);
}

#[test]
fn r_o05_closed_descriptors_change_neither_files_nor_the_outcome() {
    let plain = fs::read(fixture(&format!("{MADE}/simple.plain.env"))).unwrap();
    let program = env!("CARGO_BIN_EXE_secrets");
    let run = |arguments: &str| {
        Case::new()
            .key("sops/vectors/keys/x25519-a.txt")
            .copy(&format!("{MADE}/simple.env"), "f.env")
            .program("/bin/sh")
            .run(["-c", &format!("exec {program} {arguments} <&- >&- 2>&-")])
    };
    let outcome = run("decrypt --output out f.env").code(0);
    assert_eq!(outcome.file("out"), plain);
    let outcome = run("decrypt -i f.env").code(0);
    assert_eq!(outcome.file("f.env"), plain);
    let sealed = fs::read(fixture(&format!("{MADE}/simple.env"))).unwrap();
    let outcome = run("set --string f.env '[\"A\"]' x").code(0);
    assert_ne!(outcome.file("f.env"), sealed);
    let outcome = run("set f.env '[\"A\"]' not-json").code(7);
    assert_eq!(outcome.file("f.env"), sealed);
    run("exec-env f.env 'exit 9'").code(9);
    run("decrypt absent.env").code(100);
    run("decrypt --extract '[[' f.env").code(91);
}
