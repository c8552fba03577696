//! Who is asked for passphrases. The command line implements it; in system mode there is nobody (R-K03).

use crate::keyring::SourceName;
use crate::secret::Plaintext;

/// What a question is about. All texts are from files or plugins: print them escaped (R-O04).
pub(crate) enum PromptFor<'a> {
    /// The passphrase of an SSH key that would open the file.
    SshKey {
        /// The key file, or the variable that holds the command.
        source: &'a SourceName,
        /// Its public half, as a public key line.
        public: &'a str,
    },
    /// The passphrase of an age identity file.
    IdentityFile {
        /// The file, or the variable.
        source: &'a SourceName,
    },
    /// A plugin wants something secret, such as a PIN.
    Plugin {
        /// Its name.
        name: &'a str,
        /// Its words.
        message: &'a str,
    },
}

/// Answers questions, or does not.
pub(crate) trait Asker {
    /// A passphrase; `None` if nobody can be asked or the person gave up.
    fn passphrase(&mut self, what: &PromptFor<'_>) -> Option<Plaintext>;

    /// Something that is not secret, for a plugin.
    fn plugin_text(&mut self, _plugin: &str, _message: &str) -> Option<String> {
        None
    }

    /// A choice, for a plugin: `Some(true)` for `yes`.
    fn plugin_choice(
        &mut self,
        _plugin: &str,
        _message: &str,
        _yes: &str,
        _no: Option<&str>,
    ) -> Option<bool> {
        None
    }

    /// A message of a plugin, such as "touch your key"; also our own that says what we wait for.
    fn plugin_message(&mut self, _plugin: &str, _message: &str) {}
}

/// Nobody is there.
pub(crate) struct Nobody;

impl Asker for Nobody {
    fn passphrase(&mut self, _: &PromptFor<'_>) -> Option<Plaintext> {
        None
    }
}
