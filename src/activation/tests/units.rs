//! Asking for units.

use std::fs;

use super::*;
use crate::activation::host::Delivery;
use crate::activation::notify::{notify, rehearse};
use crate::activation::unit::UnitName;

fn units(names: &[&str]) -> Vec<UnitName> {
    names.iter().map(|name| UnitName::parse(name).unwrap()).collect()
}

#[test]
fn units_are_appended_to_the_lists_of_the_switch_program() {
    let ground = Ground::new();
    let host = ground.host();
    assert!(
        notify(&host, &units(&["a"]), &[]).is_empty(),
        "without their folder there is nobody to tell"
    );
    fs::create_dir(ground.at("nixos")).unwrap();
    fs::write(ground.at("nixos/activation-restart-list"), "before\n").unwrap();
    assert!(notify(&host, &units(&["a", "b"]), &units(&["c"])).is_empty());
    assert_eq!(
        text(&ground.at("nixos/activation-restart-list")),
        "before\na\nb\n"
    );
    assert_eq!(text(&ground.at("nixos/activation-reload-list")), "c\n");
    assert_eq!(mode(&ground.at("nixos/activation-reload-list")), 0o600);
}

#[test]
fn r_m09_a_dry_run_has_lists_of_its_own() {
    let ground = Ground::new();
    fs::create_dir(ground.at("nixos")).unwrap();
    assert!(rehearse(&ground.host(), &units(&["a"]), &[], &mut Vec::new()).is_empty());
    assert_eq!(names(&ground.at("nixos")), ["dry-activation-restart-list"]);
}

#[test]
fn a_list_that_cannot_be_written_is_reported_and_the_other_is_tried() {
    let ground = Ground::new();
    fs::create_dir_all(ground.at("nixos/activation-restart-list")).unwrap();
    let failures = notify(&ground.host(), &units(&["a"]), &units(&["b"]));
    assert_eq!(failures.len(), 1);
    assert!(failures[0].to_string().starts_with("cannot ask for a in "));
    assert_eq!(text(&ground.at("nixos/activation-reload-list")), "b\n");
}

#[test]
fn systemctl_gets_its_options_before_the_units_and_a_failure_names_them() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    let (program, log) = (ground.at("systemctl"), ground.at("log"));
    fs::write(
        &program,
        format!(
            "#!/bin/sh\necho \"$@\" >>{}; test \"$2\" = try-restart",
            log.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let host = Host {
        delivery: Delivery::Systemctl,
        search_path: Some(ground.at("").into_os_string()),
        ..ground.host()
    };
    let failures = notify(&host, &units(&["a", "b"]), &units(&["c"]));
    assert_eq!(
        text(&log),
        "--no-block try-restart -- a b\n--no-block try-reload-or-restart -- c\n"
    );
    assert_eq!(failures.len(), 1);
    assert!(
        failures[0]
            .to_string()
            .starts_with("systemctl try-reload-or-restart c failed")
    );
}
