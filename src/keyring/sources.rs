//! Which places are searched for identities, in which order.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::secret::Plaintext;

/// Under whose rules identities are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Root, at boot and activation: configured files only, owned by root; no prompt, no environment (R-K01, R-K03).
    System,
    /// An unprivileged user's service manager: configured files only, no prompt, no environment.
    User,
    /// A person at a workstation.
    Person,
}

/// Where a key comes from, for messages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SourceName {
    /// A configured or default file.
    File(PathBuf),
    /// A file that a variable names.
    VariableFile {
        /// Such as `SOPS_AGE_KEY_FILE`.
        variable: &'static str,
        /// Its value.
        path: PathBuf,
    },
    /// The content of a variable, or the output of the command that it holds.
    Variable(&'static str),
}

impl SourceName {
    /// The file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) | Self::VariableFile { path, .. } => Some(path),
            Self::Variable(_) => None,
        }
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::VariableFile { variable, path } => write!(f, "{} ({variable})", path.display()),
            Self::Variable(variable) => f.write_str(variable),
        }
    }
}

/// One place.
pub(crate) enum Source {
    /// A file with an SSH key or identities; the content tells which.
    File {
        /// Its name in messages; has a path.
        name: SourceName,
        /// A default place: nobody said that there is a file.
        optional: bool,
    },
    /// Identities in a variable.
    Text {
        /// The variable.
        variable: &'static str,
        /// Its value.
        text: Plaintext,
    },
    /// A command that prints identities or an SSH key, run only when nothing else fits.
    Command {
        /// The variable.
        variable: &'static str,
        /// Its value: words as a shell would split them, run without a shell.
        command: String,
    },
}

/// What activation configures.
#[derive(Default)]
pub(crate) struct SystemSources {
    /// `ageKeyFile`.
    pub(crate) age_key_file: Option<PathBuf>,
    /// `ageSshKeyPaths`.
    pub(crate) age_ssh_key_paths: Vec<PathBuf>,
    /// Where plugins may be; nothing else is searched (R-C02).
    pub(crate) plugin_directories: Vec<PathBuf>,
}

/// All places, and where plugins are.
pub(crate) struct Sources {
    pub(super) scope: Scope,
    pub(super) places: Vec<Source>,
    pub(super) plugins: PluginSettings,
}

/// How plugins are found and run.
#[derive(Clone)]
pub(crate) struct PluginSettings {
    /// Absolute directories, searched in this order.
    pub(crate) directories: Vec<PathBuf>,
    /// How long one session may take; `None`: as long as the person waits.
    pub(crate) patience: Option<Duration>,
    /// The environment that a plugin gets.
    pub(crate) environment: Vec<(OsString, OsString)>,
}

impl Sources {
    /// Configured files, under the rules of `scope`: no HOME, no environment, no prompt (R-K03).
    pub(crate) fn configured(scope: Scope, configured: SystemSources) -> Self {
        let SystemSources {
            age_key_file,
            age_ssh_key_paths,
            plugin_directories,
        } = configured;
        let paths = age_ssh_key_paths.into_iter().chain(age_key_file);
        let places = paths
            .map(|path| Source::File {
                name: SourceName::File(path),
                optional: false,
            })
            .collect();
        let path = std::env::join_paths(&plugin_directories).unwrap_or_default();
        let plugins = PluginSettings {
            directories: plugin_directories,
            patience: Some(Duration::from_secs(30)),
            environment: vec![("PATH".into(), path)],
        };
        Self {
            scope,
            places,
            plugins,
        }
    }

    /// The places of sops, in its order (sops-cli.md §1.3); `variable` looks up the environment.
    pub(crate) fn from_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let mut places = Vec::new();
        let home = variable("HOME")
            .filter(|home| !home.is_empty())
            .map(PathBuf::from);
        file_of_variable(&mut places, variable, "SOPS_AGE_SSH_PRIVATE_KEY_FILE");
        command_of_variable(&mut places, variable, "SOPS_AGE_SSH_PRIVATE_KEY_CMD");
        if let Some(home) = &home {
            let ssh = [".ssh/id_ed25519", ".ssh/id_rsa"];
            places.extend(ssh.map(|file| default_file(home.join(file))));
        }
        if let Some(text) = variable("SOPS_AGE_KEY").filter(|text| !text.is_empty()) {
            let text = Plaintext::new(text.into_encoded_bytes());
            places.push(Source::Text {
                variable: "SOPS_AGE_KEY",
                text,
            });
        }
        file_of_variable(&mut places, variable, "SOPS_AGE_KEY_FILE");
        command_of_variable(&mut places, variable, "SOPS_AGE_KEY_CMD");
        let configuration = variable("XDG_CONFIG_HOME")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let configuration = configuration.or_else(|| home.map(|home| home.join(CONFIGURATION)));
        places.extend(configuration.map(|folder| default_file(folder.join("sops/age/keys.txt"))));
        Self {
            scope: Scope::Person,
            places,
            plugins: PluginSettings::from_environment(variable),
        }
    }
}

impl PluginSettings {
    /// For a person: the programs of PATH, without a limit on time.
    pub(crate) fn from_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let path = variable("PATH").unwrap_or_default();
        Self {
            directories: std::env::split_paths(&path)
                .filter(|folder| folder.is_absolute())
                .collect(),
            patience: None,
            environment: plugin_environment(variable),
        }
    }
}

/// The user's configuration directory below HOME.
const CONFIGURATION: &str = if cfg!(target_os = "macos") {
    "Library/Application Support"
} else {
    ".config"
};

/// Variables that plugins may see (age-usage.md §7); those of the age world that hold keys are none of them.
fn plugin_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Vec<(OsString, OsString)> {
    const NAMES: [&str; 20] = [
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LC_MESSAGES",
        "TERM",
        "USER",
        "LOGNAME",
        "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "GPG_TTY",
        "PCSCLITE_CSOCK_NAME",
        "PCSCLITE_FILTER_IGNORE_READER_NAMES",
        "AGE_TPM_PIN",
        "AGE_PASSPHRASE",
        "AGE_PASSPHRASE_FD",
    ];
    let set = NAMES
        .iter()
        .filter_map(|name| Some((OsString::from(name), variable(name)?)));
    set.collect()
}

fn default_file(path: PathBuf) -> Source {
    Source::File {
        name: SourceName::File(path),
        optional: true,
    }
}

/// An empty value counts as set, as in sops: it is an error of this source.
fn file_of_variable(
    places: &mut Vec<Source>,
    variable: &dyn Fn(&str) -> Option<OsString>,
    name: &'static str,
) {
    if let Some(path) = variable(name) {
        let name = SourceName::VariableFile {
            variable: name,
            path: PathBuf::from(path),
        };
        places.push(Source::File {
            name,
            optional: false,
        });
    }
}

fn command_of_variable(
    places: &mut Vec<Source>,
    variable: &dyn Fn(&str) -> Option<OsString>,
    name: &'static str,
) {
    let command = variable(name)
        .as_deref()
        .and_then(OsStr::to_str)
        .map(str::to_owned);
    places.extend(
        command
            .filter(|command| !command.is_empty())
            .map(|command| Source::Command {
                variable: name,
                command,
            }),
    );
}
