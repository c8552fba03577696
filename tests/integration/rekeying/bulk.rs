//! Many files in one run.

use std::fs;
use std::process::Command;

use super::{A, B, KEYS, case, opened, opens, original, rule};
use crate::case::fixture;

#[test]
fn one_bad_file_does_not_stop_the_others_and_a_directory_stands_for_its_encrypted_files() {
    let outcome = case(&rule(&[A, B]))
        .write("bad.yaml", "a: 1\n")
        .run([
            "updatekeys",
            "-y",
            "absent.yaml",
            "types.yaml",
            "bad.yaml",
            "simple.env",
        ])
        .code(1)
        .stderr_has("failed updating 2 file(s)");
    for name in ["types.yaml", "simple.env"] {
        opens(&outcome, name, "x25519-b.txt", true);
    }
    let outcome = case(&rule(&[A, B]))
        .write("sub/deep/x.yaml", original("types.yaml"))
        .write("sub/plain.yaml", "sops: no\n")
        .write("sub/.hidden/x.yaml", original("types.yaml"))
        .run(["updatekeys", "-y", "sub"])
        .code(0);
    opens(&outcome, "sub/deep/x.yaml", "x25519-b.txt", true);
    assert_eq!(outcome.file("sub/.hidden/x.yaml"), original("types.yaml"));
    assert_eq!(outcome.file("sub/plain.yaml"), b"sops: no\n");
}

/// Files and kills of the test below: all of R-E13 with `REKEY_SWEEP=full`, else a sample.
fn bulk() -> (usize, u32) {
    match std::env::var("REKEY_SWEEP").as_deref() {
        Ok("full") => (1000, 200),
        _ => (40, 12),
    }
}

/// Whether a file is the new one; it has to be that or the old one, whole: the old text with one entry more.
#[track_caller]
fn is_new(path: &std::path::Path, old: &[u8]) -> bool {
    let text = fs::read(path).unwrap();
    if text == old {
        return false;
    }
    let before = text.iter().zip(old).take_while(|(new, old)| new == old).count();
    let rest = (&text[before..], &old[before..]);
    let behind = rest
        .0
        .iter()
        .rev()
        .zip(rest.1.iter().rev())
        .take_while(|(new, old)| new == old)
        .count();
    assert_eq!(
        before + behind,
        old.len(),
        "{}: something of the old text is lost",
        path.display()
    );
    let entry = String::from_utf8_lossy(&text[before..text.len() - behind]).into_owned();
    assert_eq!(entry.matches("recipient: ").count(), 1, "{entry}");
    assert!(
        entry.contains(B) && entry.contains("-----END AGE ENCRYPTED FILE-----"),
        "{entry}"
    );
    true
}

#[test]
fn r_e13_a_bulk_update_that_is_killed_leaves_each_file_old_or_new_and_a_second_run_completes_it() {
    let (count, kills) = bulk();
    let case = case(&rule(&[A, B]));
    let old = original("types.yaml");
    let folder = case.path("many");
    fs::create_dir(&folder).unwrap();
    let path = |number: usize| folder.join(format!("{number:04}.yaml"));
    let reset = || (0..count).for_each(|number| fs::write(path(number), &old).unwrap());
    let work = || {
        Command::new(env!("CARGO_BIN_EXE_secrets"))
            .args(["updatekeys", "-y", "many"])
            .current_dir(case.path(""))
            .env("SOPS_AGE_KEY_FILE", fixture(&format!("{KEYS}/x25519-a.txt")))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    reset();
    let (mut partly, mut new_before) = (0, 0);
    for kill in 0..kills {
        let mut child = work();
        // Files are done in order: the kill comes a moment after one of them, wherever the machine is slow.
        let place = count * (kill * 37 % kills) as usize / kills as usize;
        while fs::metadata(path(place)).unwrap().len() == old.len() as u64
            && child.try_wait().unwrap().is_none()
        {
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
        std::thread::sleep(std::time::Duration::from_micros(u64::from(kill) * 300 % 2100));
        let _ = child.kill();
        child.wait().unwrap();
        let new = (0..count).filter(|number| is_new(&path(*number), &old)).count();
        assert!(new >= new_before, "what was done stays done");
        partly += u32::from(0 < new && new < count);
        new_before = new;
        if new * 10 > count * 8 {
            reset();
            new_before = 0;
        }
    }
    assert!(
        partly * 4 > kills,
        "only {partly} of {kills} kills fell in the middle of the work"
    );
    assert!(work().wait().unwrap().success());
    assert!((0..count).all(|number| is_new(&path(number), &old)));
    let last = path(count - 1);
    assert!(opened(env!("CARGO_BIN_EXE_secrets").as_ref(), &last, "x25519-b.txt").is_some());
    println!("{count} files, {kills} kills, {partly} of them with some files done and others not");
}
