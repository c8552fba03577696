//! Recipient strings, classified as sops does (sops-format.md §8.1).

use std::fmt;

use super::bech32;
use super::error::KeyError;
use super::ssh::{SshPublic, public};

/// To whom a data key is wrapped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// `age1...`: an X25519 public key.
    X25519([u8; 32]),
    /// `age1pq1...`: an ML-KEM-768 public key and an X25519 one, 1216 bytes.
    Hybrid(Box<[u8]>),
    /// `age1tag1...` or `age1tagpq1...`: opened by plugins only.
    Tag(Box<str>),
    /// `age1NAME1...`.
    Plugin {
        /// The plugin.
        name: Box<str>,
        /// The whole string.
        text: Box<str>,
    },
    /// `ssh-ed25519 ...` or `ssh-rsa ...`, without its comment.
    Ssh(SshPublic),
}

/// The kinds of recipients, by the look of the string alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecipientKind {
    /// `age1...`
    X25519,
    /// `age1pq1...`
    Hybrid,
    /// `age1tag1...`, `age1tagpq1...`
    Tag,
    /// `age1NAME1...`
    Plugin,
    /// `ssh-ed25519 ...`
    SshEd25519,
    /// `ssh-rsa ...`
    SshRsa,
    /// Anything else.
    Unknown,
}

impl RecipientKind {
    /// Looks at the prefix only, after trimming.
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        if text.starts_with("age1pq1") {
            Self::Hybrid
        } else if let Some(rest) = text.strip_prefix("age1") {
            match rest.rsplit_once('1') {
                None => Self::X25519,
                Some(("tag" | "tagpq", _)) => Self::Tag,
                Some(_) => Self::Plugin,
            }
        } else if text.starts_with("ssh-ed25519 ") {
            Self::SshEd25519
        } else if text.starts_with("ssh-rsa ") {
            Self::SshRsa
        } else {
            Self::Unknown
        }
    }
}

impl Recipient {
    /// Parses one recipient string; blanks around it do not matter.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        match RecipientKind::of(text) {
            RecipientKind::X25519 => {
                let bytes = decoded(text, "age").ok_or(KeyError::MalformedRecipient("age"))?;
                let bytes = bytes
                    .try_into()
                    .map_err(|_| KeyError::MalformedRecipient("age"))?;
                Ok(Self::X25519(bytes))
            }
            RecipientKind::Hybrid => decoded(text, "age1pq")
                .filter(|bytes| bytes.len() == super::hybrid::RECIPIENT_BYTES)
                .map(|bytes| Self::Hybrid(bytes.into()))
                .ok_or(KeyError::MalformedRecipient("age1pq")),
            RecipientKind::Tag => bech32::decode(text)
                .filter(|decoded| matches!(decoded.prefix, "age1tag" | "age1tagpq"))
                .map(|_| Self::Tag(text.into()))
                .ok_or(KeyError::MalformedRecipient("age1tag")),
            RecipientKind::Plugin => {
                let decoded = bech32::decode(text).ok_or(KeyError::MalformedRecipient("plugin"))?;
                let name = decoded
                    .prefix
                    .strip_prefix("age1")
                    .filter(|name| plugin_name_is_valid(name));
                let name = name.ok_or(KeyError::MalformedRecipient("plugin"))?.into();
                Ok(Self::Plugin {
                    name,
                    text: text.into(),
                })
            }
            RecipientKind::SshEd25519 | RecipientKind::SshRsa => {
                let found = public::parse_key(text).ok_or(KeyError::MalformedRecipient("SSH"))?;
                Ok(Self::Ssh(found?))
            }
            RecipientKind::Unknown => Err(KeyError::UnknownRecipient),
        }
    }

    /// Which kind it is.
    pub fn kind(&self) -> RecipientKind {
        match self {
            Self::X25519(_) => RecipientKind::X25519,
            Self::Hybrid(_) => RecipientKind::Hybrid,
            Self::Tag(_) => RecipientKind::Tag,
            Self::Plugin { .. } => RecipientKind::Plugin,
            Self::Ssh(SshPublic::Ed25519(_)) => RecipientKind::SshEd25519,
            Self::Ssh(SshPublic::Rsa(_)) => RecipientKind::SshRsa,
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::X25519(key) => f.write_str(&bech32::encode_public("age", key)),
            Self::Hybrid(key) => f.write_str(&bech32::encode_public("age1pq", key)),
            Self::Tag(text) | Self::Plugin { text, .. } => f.write_str(text),
            Self::Ssh(key) => key.fmt(f),
        }
    }
}

/// The grammar of R-C02: `[a-z0-9][a-z0-9+._-]*`.
pub fn plugin_name_is_valid(name: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.bytes().next().is_some_and(word) && name.bytes().all(|byte| word(byte) || b"+._-".contains(&byte))
}

fn decoded(text: &str, prefix: &str) -> Option<Vec<u8>> {
    let decoded = bech32::decode(text).filter(|decoded| decoded.prefix == prefix)?;
    Some(decoded.data.expose().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGE: &str = "age1guqappygg504gkjqn76c4cl9skqu5s9v8al3z35ce4caatrnegqsayk6a2";
    const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

    #[test]
    fn a_recipient_prints_as_it_was_written_without_blanks_and_comment() {
        assert_eq!(Recipient::parse(AGE).unwrap().to_string(), AGE);
        assert_eq!(Recipient::parse(&format!(" {AGE}\n")).unwrap().to_string(), AGE);
        assert_eq!(
            Recipient::parse(&format!("{SSH} me@host, there"))
                .unwrap()
                .to_string(),
            SSH
        );
    }

    #[test]
    fn kinds_are_told_apart_by_their_prefix() {
        let yubikey = bech32::encode_public("age1yubikey", &[2; 33]);
        let tag = bech32::encode_public("age1tag", &[2; 33]);
        for (text, kind) in [
            (AGE, RecipientKind::X25519),
            (SSH, RecipientKind::SshEd25519),
            (&yubikey, RecipientKind::Plugin),
            (&tag, RecipientKind::Tag),
        ] {
            assert_eq!(RecipientKind::of(text), kind);
            assert_eq!(Recipient::parse(text).unwrap().kind(), kind);
        }
        for text in [
            "",
            "AGE1QQ",
            "github:me",
            "ssh-dss AAAA",
            "ecdsa-sha2-nistp256 AAAA",
            "x25519",
        ] {
            assert_eq!(RecipientKind::of(text), RecipientKind::Unknown, "{text}");
            assert_eq!(Recipient::parse(text), Err(KeyError::UnknownRecipient), "{text}");
        }
    }

    #[test]
    fn wrong_lengths_and_prefixes_are_malformed() {
        for text in [
            bech32::encode_public("age", &[2; 31]),
            bech32::encode_public("age1pq", &[2; 1215]),
            bech32::encode_public("age1../x", &[2; 3]),
            bech32::encode_public("age1-x", &[2; 3]),
            AGE.replace('g', "h").replacen("ahe", "age", 1),
            "ssh-ed25519 AAAA".to_owned(),
            SSH.replace("AAAAC3", "AAAAC2"),
        ] {
            assert!(
                matches!(Recipient::parse(&text), Err(KeyError::MalformedRecipient(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn r_c02_plugin_names_follow_their_grammar() {
        for good in ["yubikey", "se", "tpm2", "a+b.c_d-e", "0"] {
            assert!(plugin_name_is_valid(good), "{good}");
        }
        for bad in ["", "-a", ".", "..", "a/b", "A", "a b", "a\0", "é"] {
            assert!(!plugin_name_is_valid(bad), "{bad}");
        }
    }
}
