//! `activate`, and the original's installer: brings the machine to the state of a manifest, and says what it did.

use std::process::ExitCode;

use super::args::{Activate, CheckMode};
use super::exit::Exit;
use super::failures;
use super::report::{Failure, Reporter};
use crate::activation::check::{CheckDepth, CheckGroup, CheckOrder};
use crate::activation::host::Host;
use crate::activation::report::{Error, LateFailure, Note, Report};
use crate::activation::target_fault::{FileFaultKind, TargetFault};
use crate::activation::{self, Order, report};
use crate::os::process;

/// Runs the command.
pub(super) fn run(arguments: &Activate, reporter: &Reporter) -> Result<ExitCode, Failure> {
    match arguments.check_mode {
        CheckMode::Off => install(arguments, reporter),
        CheckMode::Manifest => check(arguments, CheckDepth::Manifest, reporter),
        CheckMode::Sopsfile => check(arguments, CheckDepth::SopsFiles, reporter),
    }
}

fn install(arguments: &Activate, reporter: &Reporter) -> Result<ExitCode, Failure> {
    process::harden();
    let manifest = std::path::absolute(&arguments.manifest).unwrap_or_else(|_| arguments.manifest.clone());
    process::leave_working_directory();
    let order = Order {
        manifest,
        dry_run: arguments.dry_run,
        ignore_passwd: arguments.ignore_passwd,
    };
    let host = Host::from_environment(|name| std::env::var_os(name));
    let mut notes = Vec::new();
    let result = activation::run(&order, &host, &mut notes);
    for note in &notes {
        say(note, reporter);
    }
    match result {
        Ok(report) => Ok(finish(&report, reporter)),
        Err(error) => Err(failed(&error, reporter)),
    }
}

fn check(arguments: &Activate, depth: CheckDepth, reporter: &Reporter) -> Result<ExitCode, Failure> {
    let group = CheckGroup {
        manifests: vec![arguments.manifest.clone()],
        hosts: Vec::new(),
    };
    let order = CheckOrder {
        groups: vec![group],
        depth,
    };
    super::check::check(&order, reporter)
}

/// A note is worth a line.
pub(super) fn say(note: &Note, reporter: &Reporter) {
    match note {
        Note::Imported(_) | Note::WouldRestart(_) | Note::WouldReload(_) => reporter.note(&note.to_string()),
        _ => reporter.warning(&note.to_string()),
    }
}

/// The new generation is live (or would be): exit 0, or 4 if something after that failed.
fn finish(report: &Report, reporter: &Reporter) -> ExitCode {
    let lines: String = report.changes.iter().flat_map(|line| [line, "\n"]).collect();
    // A reader that is gone does not undo what was done (R-O05).
    let _ = super::stdout::write(lines.as_bytes());
    for failure in &report.failures {
        reporter.failure(&late(failure));
    }
    if report.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        Exit::DEGRADED.into()
    }
}

fn late(failure: &LateFailure) -> Failure {
    Failure::new(Exit::DEGRADED, "").caused_by(failure)
}

/// Nothing was changed. Failures of several targets are printed one by one, then the summary.
pub(super) fn failed(error: &Error, reporter: &Reporter) -> Failure {
    let exit = if error.is_manifest() {
        Exit::Usage
    } else {
        Exit::Failure
    };
    match error {
        Error::Manifest { faults, .. } => {
            let failure = Failure::new(exit, error.to_string());
            faults
                .faults()
                .iter()
                .fold(failure, |failure, fault| failure.item(fault.to_string()))
        }
        Error::Targets(failures) | Error::Check(failures) => {
            for failure in failures {
                reporter.failure(&target(failure));
            }
            Failure::new(exit, error.to_string())
        }
        error => Failure::new(exit, "").caused_by(error),
    }
}

fn target(failure: &report::Failure) -> Failure {
    let objects: Vec<_> = failure.objects.iter().map(ToString::to_string).collect();
    let objects = failures::listed(&objects);
    if let TargetFault::NotForHosts(fault) = &failure.fault {
        return failures::not_for_hosts(fault).about(&objects);
    }
    if let TargetFault::File(file) = &failure.fault
        && let FileFaultKind::NoKey(no_key) = &file.kind
    {
        let failure = failures::no_key(file.path.as_str(), no_key).about(&objects);
        if no_key.identities.is_empty() && !no_key.only_other_kinds() {
            return failure
                .hint("name a key of this host in `ageKeyFile` or `ageSshKeyPaths` of the manifest");
        }
        return failure;
    }
    let said = Failure::new(Exit::Failure, objects).caused_by(&failure.fault);
    match failures::remedy(&failure.fault) {
        Some(remedy) => said.hint(remedy),
        None => said,
    }
}
