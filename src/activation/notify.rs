//! Tells units of changes: by the lists of NixOS' switch program, or by `systemctl`.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::host::{Delivery, Host};
use super::report::Note;
use super::unit::UnitName;

/// Where `systemctl` is when the environment names no place.
const FALLBACK_PATH: &str = "/run/current-system/sw/bin:/usr/bin:/bin";

/// Units that could not be asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifyError {
    /// A list could not be written.
    #[error("cannot ask for {units} in {}", .path.display())]
    List {
        /// The units.
        units: String,
        /// The list.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// `systemctl` could not be started.
    #[error("cannot start systemctl for {units}")]
    Start {
        /// The units.
        units: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// `systemctl` did not succeed.
    #[error("systemctl {verb} {units} failed: {status}; the next run asks again")]
    Status {
        /// What was asked.
        verb: &'static str,
        /// Of which units.
        units: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
}

/// Asks for units, after the new generation is live (R-M10). Every request is tried.
pub(crate) fn notify(host: &Host, restart: &[UnitName], reload: &[UnitName]) -> Vec<NotifyError> {
    let requests = [
        (restart, "activation-restart-list", "try-restart"),
        (reload, "activation-reload-list", "try-reload-or-restart"),
    ];
    let mut failures = Vec::new();
    for (units, list, verb) in requests {
        let result = match host.delivery {
            _ if units.is_empty() => Ok(()),
            Delivery::Lists => append(host, list, units),
            Delivery::Systemctl => systemctl(host, verb, units),
        };
        failures.extend(result.err());
    }
    failures
}

/// Tells what a real run would ask for: the only thing that a dry run writes (R-M09), because it is how the
/// switch program learns of it.
pub(crate) fn rehearse(
    host: &Host,
    restart: &[UnitName],
    reload: &[UnitName],
    notes: &mut Vec<Note>,
) -> Vec<NotifyError> {
    match host.delivery {
        Delivery::Lists => {
            let requests = [
                (restart, "dry-activation-restart-list"),
                (reload, "dry-activation-reload-list"),
            ];
            let wanted = requests.into_iter().filter(|(units, _)| !units.is_empty());
            wanted
                .filter_map(|(units, list)| append(host, list, units).err())
                .collect()
        }
        Delivery::Systemctl => {
            notes.extend(
                restart
                    .iter()
                    .map(|unit| Note::WouldRestart(unit.as_str().into())),
            );
            notes.extend(reload.iter().map(|unit| Note::WouldReload(unit.as_str().into())));
            Vec::new()
        }
    }
}

/// Appends to a list. Without the folder of the lists there is no switch going on, and nobody to tell.
fn append(host: &Host, list: &str, units: &[UnitName]) -> Result<(), NotifyError> {
    let path = host.unit_lists.join(list);
    let text: String = units.iter().flat_map(|unit| [unit.as_str(), "\n"]).collect();
    let opened = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_CLOEXEC)
        .open(&path);
    let written = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(mut file) => file.write_all(text.as_bytes()),
    };
    written.map_err(|source| NotifyError::List {
        units: names(units),
        path,
        source,
    })
}

/// `systemctl --no-block VERB -- UNITS`, with nothing of our environment but the search path (R-H01, R-C01).
fn systemctl(host: &Host, verb: &'static str, units: &[UnitName]) -> Result<(), NotifyError> {
    let search_path = host.search_path.clone().unwrap_or_else(|| FALLBACK_PATH.into());
    let status = Command::new("systemctl")
        .args(["--no-block", verb, "--"])
        .args(units.iter().map(UnitName::as_str))
        .env_clear()
        .env("PATH", search_path)
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(NotifyError::Status {
            verb,
            units: names(units),
            status,
        }),
        Err(source) => Err(NotifyError::Start {
            units: names(units),
            source,
        }),
    }
}

fn names(units: &[UnitName]) -> String {
    units.iter().map(UnitName::as_str).collect::<Vec<_>>().join(" ")
}
