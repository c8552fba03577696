//! A host is added: its real SSH server's key becomes a recipient, three files are re-keyed, and the host's private key
//! opens them at activation.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SECRETS: &str = env!("CARGO_BIN_EXE_secrets");
const FILES: [&str; 3] = ["web.yaml", "db.yaml", "sub/mail.yaml"];

fn left_out(what: &str) {
    let _ = writeln!(std::io::stderr(), "LEFT OUT: the story of a new host: {what}");
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI must have it");
}

fn program(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/bin", "/bin", "/run/current-system/sw/bin"];
    let mut found = folders.iter().map(|folder| Path::new(folder).join(name));
    found.find(|path| path.exists())
}

/// An SSH server; it is stopped when the value is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it in the foreground. As root it wants a directory in `/run`, which it gets in a mount namespace of its own.
fn server(folder: &Path, key: &Path, port: u16) -> Option<Server> {
    let config = folder.join("sshd_config");
    fs::write(
        &config,
        format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\n",
            key.display()
        ),
    )
    .ok()?;
    let line = format!(
        "exec {} -D -e -f {}",
        program("sshd")?.display(),
        config.display()
    );
    let root = fs::metadata("/proc/self").is_ok_and(|metadata| {
        use std::os::unix::fs::MetadataExt;
        metadata.uid() == 0
    });
    let mut command = if root {
        let mut command = Command::new(program("unshare")?);
        command.args(["-m", "sh", "-c"]);
        command.arg(format!(
            "mount -t tmpfs run /run && mkdir -m 755 /run/sshd && {line}"
        ));
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", &line]);
        command
    };
    let server = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut server = Server(server);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(server);
        }
        if let Ok(Some(_)) = server.0.try_wait() {
            let mut said = String::new();
            server.0.stderr.take()?.read_to_string(&mut said).ok()?;
            left_out(&format!("sshd does not start: {}", said.trim()));
            return None;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

/// One command in the repository; its standard output.
fn run(repository: &Path, key: &Path, program: &Path, words: &[&str], stdin: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(program)
        .args(words)
        .current_dir(repository)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .env("SOPS_AGE_KEY_FILE", key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap_or(-1),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A manifest of the host for the three files.
fn manifest(folder: &Path, repository: &Path, key: &Path) -> PathBuf {
    let secrets: Vec<String> = FILES
        .iter()
        .map(|file| {
            format!(
                r#"{{"name": "{0}", "key": "token", "path": "{1}/secrets/{0}", "sopsFile": "{2}", "format": "yaml", "mode": "0400"}}"#,
                file.replace(['/', '.'], "-"),
                folder.display(),
                repository.join(file).display()
            )
        })
        .collect();
    let text = format!(
        r#"{{"secrets": [{}], "secretsMountPoint": "%r/generations", "symlinkPath": "%r/secrets", "userMode": true,
            "keepGenerations": 1, "ageSshKeyPaths": ["{}"]}}"#,
        secrets.join(", "),
        key.display()
    );
    let path = folder.join("manifest.json");
    fs::write(&path, text).unwrap();
    path
}

fn activate(folder: &Path, manifest: &Path) -> (i32, String) {
    let output = Command::new(SECRETS)
        .arg("activate")
        .arg(manifest)
        .env_clear()
        .env("XDG_RUNTIME_DIR", folder)
        .output()
        .unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A person with a key, a rule and three files: the key's file and its recipient.
fn person(folder: &Path, repository: &Path) -> (PathBuf, String) {
    let secrets = Path::new(SECRETS);
    let key = folder.join("person.txt");
    let (code, _, err) = run(folder, &key, secrets, &["keygen", key.to_str().unwrap()], b"");
    assert_eq!(code, 0, "{err}");
    let text = fs::read_to_string(&key).unwrap();
    let person = text
        .lines()
        .find_map(|line| Some(line.split_once("public key: ")?.1))
        .unwrap()
        .to_owned();
    fs::write(
        repository.join(".sops.yaml"),
        format!("creation_rules:\n- age:\n    - {person}\n"),
    )
    .unwrap();
    for file in FILES {
        fs::write(
            repository.join(file),
            format!("# {file}\ntoken: canary of {file}\nlist: [1, 2]\n"),
        )
        .unwrap();
        let (code, _, err) = run(repository, &key, secrets, &["encrypt", "-i", file], b"");
        assert_eq!(code, 0, "{err}");
    }
    (key, person)
}

/// A host that runs an SSH server: its private key, and the recipient that comes out of asking the server.
fn host(
    folder: &Path,
    repository: &Path,
    key: &Path,
    keygen: &Path,
    keyscan: &Path,
) -> Option<(PathBuf, String)> {
    let secrets = Path::new(SECRETS);
    let host_key = folder.join("ssh_host_ed25519_key");
    let made = Command::new(keygen)
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "burnt", "-f"])
        .arg(&host_key)
        .status();
    assert!(made.unwrap().success());
    fs::set_permissions(&host_key, fs::Permissions::from_mode(0o600)).unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let Some(server) = server(folder, &host_key, port) else {
        left_out("sshd");
        return None;
    };
    let scanned = Command::new(keyscan)
        .args(["-t", "ed25519", "-p", &port.to_string(), "127.0.0.1"])
        .stderr(Stdio::null())
        .output()
        .unwrap();
    drop(server);
    let (code, host, err) = run(repository, key, secrets, &["ssh-to-age"], &scanned.stdout);
    let host = host.trim().to_owned();
    assert!(code == 0 && host.starts_with("age1"), "{host} {err}");
    Some((host_key, host))
}

#[test]
fn a_host_is_added_from_its_ssh_server_to_the_activation_with_its_key() {
    let Ok(folder) = tempfile::tempdir_in("/dev/shm") else {
        return left_out("/dev/shm");
    };
    let (Some(_), Some(keyscan), Some(keygen)) =
        (program("sshd"), program("ssh-keyscan"), program("ssh-keygen"))
    else {
        return left_out("sshd, ssh-keyscan and ssh-keygen");
    };
    let (folder, repository) = (folder.path(), folder.path().join("repository"));
    fs::create_dir_all(repository.join("sub")).unwrap();
    let secrets = Path::new(SECRETS);

    let (key, person) = person(folder, &repository);
    let Some((host_key, host)) = host(folder, &repository, &key, &keygen, &keyscan) else {
        return;
    };

    // Before the files are re-keyed it cannot activate, and is told what to do.
    let manifest = manifest(folder, &repository, &host_key);
    let (code, err) = activate(folder, &manifest);
    assert_ne!(code, 0);
    for file in FILES {
        let path = repository.join(file);
        assert!(
            err.contains(&format!(
                "add {host} to `.sops.yaml` and run `secrets updatekeys {}`",
                path.display()
            )),
            "{err}"
        );
    }
    assert!(!folder.join("secrets").exists());

    // The recipient comes into the rule, and one command does the rest.
    fs::write(
        repository.join(".sops.yaml"),
        format!("creation_rules:\n- age:\n    - {person}\n    - {host}\n"),
    )
    .unwrap();
    let before: Vec<String> = FILES
        .iter()
        .map(|file| fs::read_to_string(repository.join(file)).unwrap())
        .collect();
    let mut words = vec!["updatekeys", "-y"];
    words.extend(FILES);
    let (code, _, err) = run(&repository, &key, secrets, &words, b"");
    assert_eq!(code, 0, "{err}");
    for (file, before) in FILES.iter().zip(before) {
        let after = fs::read_to_string(repository.join(file)).unwrap();
        assert!(
            before.lines().all(|line| after.contains(line)),
            "{file}: no line of it is lost"
        );
        assert_eq!(after.matches("recipient: ").count(), 2);
    }
    let (code, err) = activate(folder, &manifest);
    assert_eq!(code, 0, "{err}");
    for file in FILES {
        let installed = folder.join("secrets").join(file.replace(['/', '.'], "-"));
        assert_eq!(
            fs::read_to_string(installed).unwrap(),
            format!("canary of {file}")
        );
    }

    // Both releases of sops open them, and a second run has nothing to do.
    for variable in ["SOPS", "SOPS_OLDER"] {
        let Some(sops) = std::env::var_os(variable) else {
            left_out(&format!("{variable} names no real sops"));
            continue;
        };
        for file in FILES {
            let (code, plain, err) = run(&repository, &key, Path::new(&sops), &["decrypt", file], b"");
            assert_eq!(code, 0, "{err}");
            assert!(plain.contains(&format!("token: canary of {file}\n")), "{plain}");
        }
    }
    let (code, out, err) = run(&repository, &key, secrets, &words, b"");
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert_eq!(err.matches("already up to date").count(), 3, "{err}");
}
