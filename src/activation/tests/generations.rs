//! Staging, numbering, flipping, pruning.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::activation::prune::prune;
use crate::activation::report::Error;

fn two_secrets(ground: &Ground) -> Plan {
    ground.plan(&[("a/b/deep", ""), ("top", "")], &["t.conf"])
}

#[test]
fn r_p01_r_p03_a_generation_has_exact_modes_and_bytes() {
    let ground = Ground::new();
    let plan = two_secrets(&ground);
    let staged = ground.go_live(&plan, &["one", "", "three\n"], &Notes::default());
    assert_eq!(staged.number, 1);
    let generation = ground.at("generations/1");
    for folder in ["", "a", "a/b", "rendered"] {
        assert_eq!(mode(&generation.join(folder)), 0o751, "{folder}");
    }
    for (file, value) in [("a/b/deep", "one"), ("top", ""), ("rendered/t.conf", "three\n")] {
        assert_eq!(mode(&generation.join(file)), 0o400, "{file}");
        assert_eq!(text(&generation.join(file)), value);
    }
    assert_eq!(
        names(&generation),
        ["a", "rendered", "top"],
        "no notes where there is nothing to note"
    );
    assert_eq!(fs::read_link(ground.at("live")).unwrap(), generation);
    assert_eq!(
        names(&ground.at("generations")),
        ["1"],
        "nothing is left of the staging directory"
    );
}

#[test]
fn r_m05_what_an_interrupted_run_left_is_swept_and_foreign_entries_stay() {
    let ground = Ground::new();
    let plan = two_secrets(&ground);
    ground.install(&plan, &["1", "2", "3"], &Notes::default());
    fs::create_dir_all(ground.at("generations/.secrets-staging/a")).unwrap();
    fs::write(ground.at("generations/.secrets-staging/a/b"), "old").unwrap();
    fs::create_dir(ground.at("generations/2")).unwrap();
    fs::create_dir(ground.at("generations/007")).unwrap();
    fs::create_dir(ground.at("generations/not-ours")).unwrap();
    let staged = ground.go_live(&plan, &["4", "5", "6"], &Notes::default());
    assert_eq!(
        staged.number, 2,
        "a generation that was never live is no generation"
    );
    assert_eq!(names(&ground.at("generations")), ["007", "1", "2", "not-ours"]);
    assert_eq!(text(&ground.at("live/top")), "5");
}

#[test]
fn r_m06_without_a_link_the_number_follows_the_largest_that_exists() {
    let ground = Ground::new();
    let plan = two_secrets(&ground);
    fs::create_dir(ground.at("generations/41")).unwrap();
    fs::create_dir(ground.at("generations/5")).unwrap();
    let staged = ground.go_live(&plan, &["1", "2", "3"], &Notes::default());
    assert_eq!(staged.number, 42);
    assert!(
        ground.at("generations/41").exists(),
        "nobody knows whether it was live"
    );
}

#[test]
fn r_m06_the_largest_number_has_no_successor_and_nothing_is_changed() {
    let ground = Ground::new();
    let plan = two_secrets(&ground);
    fs::create_dir(ground.at("generations").join(u64::MAX.to_string())).unwrap();
    let values = payloads(&plan, &["1", "2", "3"]);
    let refusal = stage(&plan, &ground.store(&plan), &values, &Notes::default(), None);
    assert!(matches!(refusal, Err(Error::Numbers(_))));
    assert_eq!(names(&ground.at("generations")).len(), 1);
}

#[test]
fn r_m02_a_file_or_a_full_directory_at_the_public_link_is_never_removed() {
    let ground = Ground::new();
    let plan = two_secrets(&ground);
    let place = ground.at("live");
    fs::write(&place, "precious").unwrap();
    assert!(matches!(
        PublicLink::inspect(&plan.manifest.public_link),
        Err(Error::InTheWay { .. })
    ));
    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    fs::write(place.join("precious"), "").unwrap();
    assert!(matches!(
        PublicLink::inspect(&plan.manifest.public_link),
        Err(Error::InTheWay { .. })
    ));
    fs::remove_file(place.join("precious")).unwrap();
    ground.install(&plan, &["1", "2", "3"], &Notes::default());
    assert_eq!(text(&place.join("top")), "2", "an empty directory gives way");
}

#[test]
fn a_link_that_leads_nowhere_or_to_a_file_has_no_live_generation() {
    let ground = Ground::new();
    let plan = two_secrets(&ground);
    symlink("/nonexistent", ground.at("live")).unwrap();
    assert!(Ground::live(&plan).is_none());
    fs::remove_file(ground.at("live")).unwrap();
    symlink("/etc/passwd", ground.at("live")).unwrap();
    assert!(Ground::live(&plan).is_none());
    ground.install(&plan, &["1", "2", "3"], &Notes::default());
    assert_eq!(Ground::live(&plan).unwrap().number, Some(1));
}

#[test]
fn r_m07_the_previous_generation_stays_without_what_was_removed_or_tightened() {
    let ground = Ground::new();
    let old = ground.plan(&[("gone", ""), ("same", ""), ("wide", "")], &[]);
    ground.install(&old, &["1", "2", "3"], &Notes::default());
    std::fs::set_permissions(ground.at("generations/1/wide"), fs::Permissions::from_mode(0o444)).unwrap();
    let new = ground.plan(&[("same", ""), ("wide", "")], &[]);
    let previous = Ground::live(&new);
    let staged = ground.go_live(&new, &["2", "3"], &Notes::default());
    let failures = prune(
        &ground.store(&new),
        staged.number,
        1,
        previous.as_ref(),
        &payloads(&new, &["2", "3"]),
    );
    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(names(&ground.at("generations")), ["1", "2"]);
    assert_eq!(names(&ground.at("generations/1")), ["same"]);
}

#[test]
fn pruning_keeps_as_many_as_asked_and_everything_that_is_no_generation() {
    for (keep, left) in [
        (0, vec!["1", "2", "3", "4", "5", "mine"]),
        (1, vec!["4", "5", "mine"]),
        (2, vec!["4", "5", "mine"]),
        (3, vec!["3", "4", "5", "mine"]),
        (u64::MAX, vec!["1", "2", "3", "4", "5", "mine"]),
    ] {
        let ground = Ground::new();
        let plan = ground.plan(&[("s", "")], &[]);
        fs::create_dir(ground.at("generations/mine")).unwrap();
        for value in ["1", "2", "3", "4"] {
            ground.install(&plan, &[value], &Notes::default());
        }
        let previous = Ground::live(&plan);
        let staged = ground.go_live(&plan, &["5"], &Notes::default());
        let values = payloads(&plan, &["5"]);
        let failures = prune(
            &ground.store(&plan),
            staged.number,
            keep,
            previous.as_ref(),
            &values,
        );
        assert!(failures.is_empty(), "{failures:?}");
        assert_eq!(names(&ground.at("generations")), left, "keep {keep}");
    }
}

#[test]
fn r_p06_the_key_file_of_the_original_goes_and_another_file_of_that_name_stays() {
    let ground = Ground::new();
    let plan = ground.plan(&[("s", "")], &[]);
    let store = ground.store(&plan);
    let file = ground.at("generations/age-keys.txt");
    fs::write(&file, "# my own keys\n").unwrap();
    store.remove_foreign_keys().unwrap();
    assert!(file.exists());
    fs::write(
        &file,
        "# generated by sops-nix at 2026-01-01T00:00:00Z\nAGE-SECRET-KEY-1\n",
    )
    .unwrap();
    store.remove_foreign_keys().unwrap();
    assert!(!file.exists());
    fs::create_dir(&file).unwrap();
    store.remove_foreign_keys().unwrap();
    assert!(file.exists());
}
