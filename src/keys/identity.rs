//! Identities: what can unwrap a data key.

use age::DecryptError;
use age_core::format::{FileKey, Stanza};

use super::bech32;
use super::error::KeyError;
use super::hybrid::Hybrid;
use super::recipient::{Recipient, plugin_name_is_valid};
use super::ssh::SshPublic;
use super::ssh_ed25519::SshEd25519;
use super::x25519::X25519;
use crate::secret::Plaintext;

/// A private key, or what a plugin needs to find one.
pub enum Identity {
    /// `AGE-SECRET-KEY-1...`
    X25519(X25519),
    /// An OpenSSH ed25519 key: opens `ssh-ed25519 ...` and the converted `age1...`.
    SshEd25519(SshEd25519),
    /// `AGE-SECRET-KEY-PQ-1...`
    Hybrid(Hybrid),
    /// `AGE-PLUGIN-NAME-1...`
    Plugin(PluginIdentity),
    /// An OpenSSH RSA key.
    #[cfg(feature = "ssh-rsa")]
    SshRsa(super::ssh_rsa::SshRsa),
}

/// An identity that only a plugin understands. The text may be secret.
pub struct PluginIdentity {
    name: Box<str>,
    text: Plaintext,
    hints: Vec<String>,
}

/// The public side of an identity, in every spelling that a file may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PublicIdentity {
    /// `age1...` or `age1pq1...`
    pub age: Option<String>,
    /// `ssh-ed25519 ...` or `ssh-rsa ...`, without comment.
    pub ssh: Option<String>,
    /// The plugin's name; the recipient is not known then.
    pub plugin: Option<String>,
}

impl Identity {
    /// Parses one word of an identity file.
    pub fn parse(word: &str) -> Result<Self, KeyError> {
        if word.starts_with("AGE-SECRET-KEY-PQ-1") {
            Hybrid::parse(word).map(Self::Hybrid)
        } else if word.starts_with("AGE-SECRET-KEY-1") {
            X25519::parse(word).map(Self::X25519)
        } else if word.starts_with("AGE-PLUGIN-") {
            PluginIdentity::parse(word).map(Self::Plugin)
        } else if word.starts_with("age1") {
            Err(KeyError::IsRecipient)
        } else {
            Err(KeyError::UnknownIdentity)
        }
    }

    /// The public side.
    pub fn public(&self) -> PublicIdentity {
        match self {
            Self::X25519(key) => PublicIdentity {
                age: Some(Recipient::X25519(*key.public()).to_string()),
                ..PublicIdentity::default()
            },
            Self::SshEd25519(key) => PublicIdentity::of_ssh(&SshPublic::Ed25519(key.public().clone())),
            Self::Hybrid(key) => PublicIdentity {
                age: Some(Recipient::Hybrid(key.public().into()).to_string()),
                ..PublicIdentity::default()
            },
            #[cfg(feature = "ssh-rsa")]
            Self::SshRsa(key) => PublicIdentity::of_ssh(key.public()),
            Self::Plugin(key) => PublicIdentity {
                plugin: Some(key.name().to_owned()),
                ..PublicIdentity::default()
            },
        }
    }

    /// `None`: not for us. Plugins are asked elsewhere.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        match self {
            Self::X25519(key) => key.unwrap(stanza),
            Self::SshEd25519(key) => key.unwrap(stanza),
            Self::Hybrid(key) => key.unwrap(stanza),
            #[cfg(feature = "ssh-rsa")]
            Self::SshRsa(key) => key.unwrap(stanza),
            Self::Plugin(_) => None,
        }
    }
}

impl PublicIdentity {
    /// Both spellings of an SSH key.
    pub fn of_ssh(key: &SshPublic) -> Self {
        let age = match key {
            SshPublic::Ed25519(key) => Some(Recipient::X25519(*key.to_x25519()).to_string()),
            SshPublic::Rsa(_) => None,
        };
        Self {
            age,
            ssh: Some(key.to_string()),
            plugin: None,
        }
    }
}

impl PluginIdentity {
    /// From `AGE-PLUGIN-NAME-1...`, in upper case.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        const MALFORMED: KeyError = KeyError::MalformedIdentity("AGE-PLUGIN");
        let decoded = bech32::decode(text).ok_or(MALFORMED)?;
        let name = decoded
            .prefix
            .strip_prefix("AGE-PLUGIN-")
            .and_then(|name| name.strip_suffix('-'));
        let name = name.ok_or(MALFORMED)?.to_ascii_lowercase();
        if !plugin_name_is_valid(&name) {
            return Err(MALFORMED);
        }
        Ok(Self {
            name: name.into(),
            text: text.into(),
            hints: Vec::new(),
        })
    }

    /// The plugin, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the plugin is given.
    pub fn text(&self) -> &Plaintext {
        &self.text
    }

    /// Recipients that comments of the identity file name as belonging to this identity.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    pub(super) fn with_hints(mut self, hints: Vec<String>) -> Self {
        self.hints = hints;
        self
    }
}
