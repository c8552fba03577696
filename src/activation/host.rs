//! What of the machine and the environment an activation depends on, as data: read once, at the door.

use std::ffi::OsString;
use std::path::PathBuf;

/// The surroundings of one run.
#[derive(Debug)]
pub(crate) struct Host {
    /// `NIXOS_ACTION` says `dry-activate`: report, change nothing.
    pub(crate) dry_activate: bool,
    /// How units learn of changes.
    pub(crate) delivery: Delivery,
    /// `XDG_RUNTIME_DIR`, what `%r` stands for in user scope.
    pub(crate) runtime_dir: Option<OsString>,
    /// `PATH`: where `systemctl` and age plugins are found.
    pub(crate) search_path: Option<OsString>,
    /// Accounts.
    pub(crate) passwd: PathBuf,
    /// Groups.
    pub(crate) group: PathBuf,
    /// Folder of the lists that NixOS' switch program reads; absent: there is no switch going on.
    pub(crate) unit_lists: PathBuf,
}

/// How units learn of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Lines in the lists of the switch program.
    Lists,
    /// `SOPS_RESTART_UNITS_VIA_SYSTEMCTL=1`: we ask systemd ourselves.
    Systemctl,
}

impl Host {
    /// This machine, with an environment.
    pub(crate) fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let delivery = match set("SOPS_RESTART_UNITS_VIA_SYSTEMCTL") {
            Some(value) if value == "1" => Delivery::Systemctl,
            _ => Delivery::Lists,
        };
        Self {
            dry_activate: set("NIXOS_ACTION").is_some_and(|action| action == "dry-activate"),
            delivery,
            runtime_dir: set("XDG_RUNTIME_DIR"),
            search_path: set("PATH"),
            passwd: "/etc/passwd".into(),
            group: "/etc/group".into(),
            unit_lists: "/run/nixos".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_of_the_original_is_understood() {
        let host = Host::from_environment(|name| match name {
            "NIXOS_ACTION" => Some("dry-activate".into()),
            "SOPS_RESTART_UNITS_VIA_SYSTEMCTL" => Some("1".into()),
            "XDG_RUNTIME_DIR" => Some("".into()),
            _ => None,
        });
        assert!(host.dry_activate);
        assert_eq!(host.delivery, Delivery::Systemctl);
        assert_eq!(host.runtime_dir, None, "empty is unset");

        let host = Host::from_environment(|name| (name == "NIXOS_ACTION").then(|| "switch".into()));
        assert!(!host.dry_activate);
        assert_eq!(host.delivery, Delivery::Lists);
    }
}
