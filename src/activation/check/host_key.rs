//! The public keys of a host that has to open files.

use crate::keys::ssh::{SshPublic, private, public};
use crate::keys::{KeyError, PublicIdentity, Recipient};

/// One host: it opens what one of its keys opens.
#[derive(Debug)]
pub(crate) struct HostKey {
    /// What people call it; possibly empty.
    pub(crate) name: String,
    /// Its keys; never empty.
    pub(crate) keys: Vec<PublicIdentity>,
}

/// Why a text is no public key of a host.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HostKeyError {
    /// Somebody gave away more than was asked for.
    #[error("this is a private key; its public half is wanted")]
    Private,
    /// Blanks and comments only.
    #[error("there is no key in it")]
    Empty,
    /// No line holds a key that files can be encrypted for. The reason of the first line.
    #[error("there is no key in it that a file can be encrypted for: {0}")]
    Unusable(KeyError),
}

impl HostKey {
    /// Reads recipients and SSH public keys, one a line, as in `*.pub` and in the output of ssh-keyscan. Lines with
    /// keys of other kinds count only if there is no usable one.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, HostKeyError> {
        if private::is_private_key(text.as_bytes()) || text.contains("AGE-SECRET-KEY-") {
            return Err(HostKeyError::Private);
        }
        let lines = text.lines().map(str::trim);
        let mut keys = Vec::new();
        let mut first_fault = None;
        let mut comment = None;
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match key(line) {
                Ok(key) => {
                    comment = comment.or_else(|| comment_of(line));
                    keys.push(key);
                }
                Err(error) => {
                    first_fault.get_or_insert(error);
                }
            }
        }
        match (keys.is_empty(), first_fault) {
            (true, Some(error)) => Err(HostKeyError::Unusable(error)),
            (true, None) => Err(HostKeyError::Empty),
            (false, _) => Ok(Self {
                name: if name.is_empty() {
                    comment.unwrap_or_default()
                } else {
                    name.to_owned()
                },
                keys,
            }),
        }
    }

    /// Whether the text holds a key itself, and is not the name of a file.
    pub(crate) fn is_text(text: &str) -> bool {
        Recipient::parse(text).is_ok() || text.starts_with("age1") || public::parse_key(text).is_some()
    }

    /// Every spelling of every key.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        self.keys
            .iter()
            .flat_map(|key| [key.age.as_deref(), key.ssh.as_deref()])
            .flatten()
    }

    /// The spelling to put into `.sops.yaml`.
    pub(crate) fn recipient(&self) -> &str {
        self.spellings().next().unwrap_or_default()
    }
}

fn key(line: &str) -> Result<PublicIdentity, KeyError> {
    let recipient = match Recipient::parse(line) {
        Err(KeyError::UnknownRecipient) => {
            Recipient::Ssh(public::parse_key(line).ok_or(KeyError::UnknownRecipient)??)
        }
        parsed => parsed?,
    };
    match recipient {
        // Native RSA recipients are for people's own keys; hosts have ed25519 ones.
        Recipient::Ssh(SshPublic::Rsa(_)) => Err(KeyError::Rsa),
        Recipient::Ssh(key) => Ok(PublicIdentity::of_ssh(&key)),
        recipient => Ok(PublicIdentity {
            age: Some(recipient.to_string()),
            ..PublicIdentity::default()
        }),
    }
}

/// `root@web` of `ssh-ed25519 AAAA... root@web` says which host it is.
fn comment_of(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    words.next().filter(|kind| kind.starts_with("ssh-"))?;
    let comment = words.nth(1)?;
    let host = comment.strip_prefix("root@").unwrap_or(comment);
    Some(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGE: &str = "age1guqappygg504gkjqn76c4cl9skqu5s9v8al3z35ce4caatrnegqsayk6a2";
    const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

    fn spelled(text: &str) -> Vec<String> {
        let host = HostKey::parse("", text).unwrap();
        host.spellings().map(str::to_owned).collect()
    }

    fn refused(text: &str) -> String {
        HostKey::parse("", text).err().unwrap().to_string()
    }

    #[test]
    fn an_ssh_key_is_a_host_in_both_spellings_and_its_comment_names_it() {
        let host = HostKey::parse("", &format!("{SSH} root@web\n")).unwrap();
        assert_eq!(host.name, "web");
        let spellings: Vec<_> = host.spellings().collect();
        assert!(
            matches!(spellings.as_slice(), [age, SSH] if age.starts_with("age1")),
            "{spellings:?}"
        );
        assert_eq!(
            HostKey::parse("db", &format!("{SSH} root@web")).unwrap().name,
            "db"
        );
    }

    #[test]
    fn what_ssh_keyscan_prints_gives_the_keys_that_can_be_used() {
        let rsa = include_str!("../../../fixtures/keys/rsa.pub").trim();
        let scan = format!("# web:22 SSH-2.0\nweb {rsa}\nweb {SSH}\n{AGE}\n");
        assert_eq!(spelled(&scan).len(), 3);
        assert!(HostKey::is_text(&format!("web {SSH}")) && HostKey::is_text(AGE) && HostKey::is_text(rsa));
        for path in ["web.pub", "/etc/ssh/ssh_host_ed25519_key.pub", "./age keys/web"] {
            assert!(!HostKey::is_text(path), "{path}");
        }
    }

    #[test]
    fn texts_without_a_usable_public_key_are_refused_with_the_reason() {
        let private = include_str!("../../../fixtures/keys/ed25519");
        let rsa = include_str!("../../../fixtures/keys/rsa.pub");
        for (text, part) in [
            (private, "private key"),
            ("AGE-SECRET-KEY-1QQQ", "private key"),
            ("# nothing\n", "no key in it"),
            (rsa, "use the ed25519 key"),
            ("nonsense", "not a recipient"),
            (&AGE[..60], "malformed age recipient"),
        ] {
            assert!(refused(text).contains(part), "{}", refused(text));
        }
    }
}
