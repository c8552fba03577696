//! What is reported as changed.

use super::*;
use crate::activation::changes::{Changes, Tense};

fn lines(plan: &Plan, values: &[&str], tense: Tense) -> Vec<String> {
    let live = Ground::live(plan);
    let changes =
        Changes::between(&payloads(plan, values), live.as_ref().map(|live| &live.directory)).unwrap();
    changes.lines(tense)
}

#[test]
fn the_first_run_reports_nothing() {
    let ground = Ground::new();
    let plan = ground.plan(&[("a", r#", "restartUnits": ["u.service"]"#)], &[]);
    let changes = Changes::between(&payloads(&plan, &["1"]), None).unwrap();
    assert!(changes.lines(Tense::Happens).is_empty() && changes.restart.is_empty());
}

#[test]
fn the_lines_are_the_originals_sorted_with_plurals_and_both_tenses() {
    let ground = Ground::new();
    let old = ground.plan(
        &[("same", ""), ("changed", ""), ("gone", ""), ("dir/gone", "")],
        &["t", "t-gone"],
    );
    ground.install(&old, &["1", "2", "3", "4", "5", "6"], &Notes::default());
    let new = ground.plan(
        &[("z-new", ""), ("same", ""), ("changed", ""), ("b-new", "")],
        &["t"],
    );
    let values = ["1", "1", "X", "1", "5 "];
    assert_eq!(
        lines(&new, &values, Tense::Happens),
        [
            "adding secrets: b-new, z-new",
            "modifying secret: changed",
            "removing secrets: dir/gone, gone",
            "modifying rendered secret: t",
            "removing rendered secret: t-gone",
        ]
    );
    assert_eq!(
        lines(&new, &values, Tense::Would),
        [
            "would add secrets: b-new, z-new",
            "would modify secret: changed",
            "would remove secrets: dir/gone, gone",
            "would modify rendered secret: t",
            "would remove rendered secret: t-gone",
        ]
    );
}

#[test]
fn units_are_asked_for_once_and_only_for_what_is_new_or_changed() {
    let ground = Ground::new();
    let units = |names: &str| format!(r#", "restartUnits": [{names}], "reloadUnits": ["r.service"]"#);
    let (one, two, three) = (
        units(r#""x.service", "y.service""#),
        units(r#""y.service""#),
        units(r#""never.service""#),
    );
    let plan = ground.plan(&[("a", &one), ("b", &two), ("c", &three)], &[]);
    ground.install(&plan, &["1", "2", "3"], &Notes::default());
    let live = Ground::live(&plan).unwrap();
    let changes = Changes::between(&payloads(&plan, &["4", "5", "3"]), Some(&live.directory)).unwrap();
    let names = |units: &[crate::activation::unit::UnitName]| -> Vec<String> {
        units.iter().map(|unit| unit.as_str().to_owned()).collect()
    };
    assert_eq!(names(&changes.restart), ["x.service", "y.service"]);
    assert_eq!(names(&changes.reload), ["r.service"]);
}

#[test]
fn a_folder_that_becomes_a_file_is_new() {
    let ground = Ground::new();
    let old = ground.plan(&[("a/b", "")], &[]);
    ground.install(&old, &["1"], &Notes::default());
    let new = ground.plan(&[("a", "")], &[]);
    assert_eq!(
        lines(&new, &["1"], Tense::Happens),
        ["adding secret: a", "removing secret: a/b"]
    );
}

#[test]
fn our_own_notes_are_no_secrets_that_were_removed() {
    let ground = Ground::new();
    let plan = ground.plan(&[("a", "")], &[]);
    let unit = crate::activation::unit::UnitName::parse("u.service").unwrap();
    let notes = Notes {
        restart: vec![unit],
        ..Notes::default()
    };
    ground.install(&plan, &["1"], &notes);
    assert_eq!(names(&ground.at("generations/1")), [".secrets-units", "a"]);
    assert!(lines(&plan, &["1"], Tense::Happens).is_empty());
}
