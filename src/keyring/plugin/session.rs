//! One conversation with a plugin: all identities of its name, all files of the run.

use std::path::Path;
use std::time::Instant;

use age_core::format::{FILE_KEY_BYTES, Stanza};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};

use super::process::{Process, SessionError};
use super::wire::{self, Message, Reader};
use crate::keyring::asker::{Asker, PromptFor};
use crate::keyring::sources::PluginSettings;
use crate::keys::PluginIdentity;
use crate::secret::{KeyBytes, Plaintext};

/// Commands that a plugin may send besides those about files.
const MAX_MESSAGES: usize = 100;

/// What a session brought.
pub(super) struct Outcome {
    /// A file key for each file, if the plugin found one. Not verified.
    pub(super) keys: Vec<Option<KeyBytes<FILE_KEY_BYTES>>>,
    /// What the plugin says went wrong.
    pub(super) errors: Vec<String>,
    /// What it said on standard error, if the session broke off.
    pub(super) stderr: String,
    /// Why the session broke off; what came before is kept.
    pub(super) broken: Option<SessionError>,
}

/// Asks one plugin for the file keys of `files`, each given by its stanzas.
pub(super) fn run(
    program: &Path,
    name: &str,
    settings: &PluginSettings,
    identities: &[&PluginIdentity],
    files: &[Vec<Stanza>],
    asker: &mut dyn Asker,
) -> Outcome {
    let mut outcome = Outcome {
        keys: files.iter().map(|_| None).collect(),
        errors: Vec::new(),
        stderr: String::new(),
        broken: None,
    };
    match Process::start(program, "identity-v1", settings) {
        Err(error) => outcome.broken = Some(error),
        Ok(process) => {
            let expected = MAX_MESSAGES.saturating_add(files.len().saturating_mul(4));
            let mut session = Session::new(process, name, asker, expected);
            let told = session.process.send(&request(identities, files));
            let mut take = |message: &Message| match message.command.as_str() {
                "file-key" => keep_file_key(message, &mut outcome.keys).map(|()| true),
                "error" => {
                    outcome.errors.push(error_text(message));
                    Ok(true)
                }
                _ => Ok(false),
            };
            if let Err(error) = told.and_then(|()| session.listen(&mut take)) {
                outcome.stderr = session.process.stderr();
                outcome.broken = Some(error);
            }
        }
    }
    outcome
}

/// Asks one plugin to wrap a file key for one of its recipients. Gives the stanzas, or what went wrong.
pub(super) fn wrap(
    program: &Path,
    name: &str,
    settings: &PluginSettings,
    recipient: &str,
    file_key: &KeyBytes<FILE_KEY_BYTES>,
    asker: &mut dyn Asker,
) -> Result<Vec<Stanza>, String> {
    let process = Process::start(program, "recipient-v1", settings).map_err(|error| error.to_string())?;
    let mut session = Session::new(process, name, asker, MAX_MESSAGES);
    let mut text = Plaintext::default();
    wire::write(&mut text, "add-recipient", &[recipient], &[]);
    wire::write(&mut text, "wrap-file-key", &[], file_key.expose());
    // Labels say which recipients may share a file; ours is alone in it, so that any answer is fine.
    wire::write(&mut text, "extension-labels", &[], &[]);
    wire::write(&mut text, "done", &[], &[]);
    let told = session.process.send(&text);
    let (mut stanzas, mut errors) = (Vec::new(), Vec::new());
    let mut take = |message: &Message| match message.command.as_str() {
        "recipient-stanza" => {
            stanzas.push(stanza(message).ok_or(SessionError::Protocol)?);
            Ok(true)
        }
        "error" => {
            errors.push(error_text(message));
            Ok(true)
        }
        "labels" => Ok(true),
        _ => Ok(false),
    };
    if let Err(error) = told.and_then(|()| session.listen(&mut take)) {
        let said = session.process.stderr();
        let said = if said.is_empty() {
            said
        } else {
            format!(": {said}")
        };
        return Err(format!("{error}{said}"));
    }
    match errors.is_empty() {
        false => Err(errors.join("; ")),
        true if stanzas.is_empty() => Err("wrapped nothing".to_owned()),
        true => Ok(stanzas),
    }
}

/// `recipient-stanza 0 TYPE ARGUMENTS...`: there is only one file.
fn stanza(message: &Message) -> Option<Stanza> {
    let [index, tag, args @ ..] = message.arguments.as_slice() else {
        return None;
    };
    (index == "0").then(|| Stanza {
        tag: tag.clone(),
        args: args.to_vec(),
        body: message.body.expose().to_vec(),
    })
}

/// Everything that we say before it is the plugin's turn.
fn request(identities: &[&PluginIdentity], files: &[Vec<Stanza>]) -> Plaintext {
    let mut text = Plaintext::default();
    for identity in identities {
        wire::write(
            &mut text,
            "add-identity",
            &[identity.text().expose_str().unwrap_or_default()],
            &[],
        );
    }
    for (index, stanzas) in files.iter().enumerate() {
        let index = index.to_string();
        for stanza in stanzas {
            let mut arguments = vec![index.as_str(), stanza.tag.as_str()];
            arguments.extend(stanza.args.iter().map(String::as_str));
            wire::write(&mut text, "recipient-stanza", &arguments, &stanza.body);
        }
    }
    wire::write(&mut text, "done", &[], &[]);
    text
}

struct Session<'a> {
    process: Process,
    name: &'a str,
    asker: &'a mut dyn Asker,
    messages: usize,
    /// How many messages are an honest plugin's at most.
    most: usize,
}

/// Takes a message about the matter of the session; `false` if it is none of those.
type Take<'a> = dyn FnMut(&Message) -> Result<bool, SessionError> + 'a;

impl<'a> Session<'a> {
    fn new(process: Process, name: &'a str, asker: &'a mut dyn Asker, most: usize) -> Self {
        Self {
            process,
            name,
            asker,
            messages: 0,
            most,
        }
    }

    fn listen(&mut self, take: &mut Take<'_>) -> Result<(), SessionError> {
        loop {
            let message = self.receive()?;
            let mut reply = Plaintext::default();
            match message.command.as_str() {
                "done" => return Ok(()),
                "msg" => self.asker.plugin_message(self.name, &text(&message)),
                "confirm" => self.confirm(&message, &mut reply),
                "request-public" => self.request_public(&message, &mut reply),
                "request-secret" => self.request_secret(&message, &mut reply),
                _ if take(&message)? => {}
                _ => wire::write(&mut reply, "unsupported", &[], &[]),
            }
            self.messages = self.messages.saturating_add(1);
            if self.messages > self.most {
                return Err(SessionError::Output);
            }
            if reply.is_empty() {
                wire::write(&mut reply, "ok", &[], &[]);
            }
            self.process.send(&reply)?;
        }
    }

    fn receive(&mut self) -> Result<Message, SessionError> {
        let mut reader = Reader::default();
        loop {
            let line = self
                .process
                .line(&mut || self.asker.plugin_message(self.name, "still waiting for it"))?;
            if let Some(message) = reader.line(line.expose()).map_err(|_| SessionError::Protocol)? {
                return Ok(message);
            }
        }
    }

    fn confirm(&mut self, message: &Message, reply: &mut Plaintext) {
        let words = [0, 1].map(|at| message.arguments.get(at).and_then(|word| decoded(word)));
        let [Some(yes), no] = words else {
            return wire::write(reply, "fail", &[], &[]);
        };
        let asked = Instant::now();
        let choice = self
            .asker
            .plugin_choice(self.name, &text(message), &yes, no.as_deref());
        self.process.forgive(asked.elapsed());
        match choice {
            Some(choice) => wire::write(reply, "ok", &[if choice { "yes" } else { "no" }], &[]),
            None => wire::write(reply, "fail", &[], &[]),
        }
    }

    fn request_public(&mut self, message: &Message, reply: &mut Plaintext) {
        let asked = Instant::now();
        let answer = self.asker.plugin_text(self.name, &text(message));
        self.process.forgive(asked.elapsed());
        match answer {
            Some(answer) => wire::write(reply, "ok", &[], answer.as_bytes()),
            None => wire::write(reply, "fail", &[], &[]),
        }
    }

    fn request_secret(&mut self, message: &Message, reply: &mut Plaintext) {
        let asked = Instant::now();
        let message = text(message);
        let answer = self.asker.passphrase(&PromptFor::Plugin {
            name: self.name,
            message: &message,
        });
        self.process.forgive(asked.elapsed());
        match answer {
            Some(answer) => wire::write(reply, "ok", &[], answer.expose()),
            None => wire::write(reply, "fail", &[], &[]),
        }
    }
}

/// One key of 16 bytes for each index, in any order.
fn keep_file_key(
    message: &Message,
    keys: &mut [Option<KeyBytes<FILE_KEY_BYTES>>],
) -> Result<(), SessionError> {
    let [index] = message.arguments.as_slice() else {
        return Err(SessionError::Protocol);
    };
    let index: usize = index.parse().map_err(|_| SessionError::Protocol)?;
    let place = keys
        .get_mut(index)
        .filter(|place| place.is_none())
        .ok_or(SessionError::Protocol)?;
    *place = Some(KeyBytes::from_slice(message.body.expose()).ok_or(SessionError::Protocol)?);
    Ok(())
}

fn text(message: &Message) -> String {
    String::from_utf8_lossy(message.body.expose()).into_owned()
}

fn error_text(message: &Message) -> String {
    let kind = message.arguments.join(" ");
    let text = text(message);
    if kind.is_empty() {
        text
    } else {
        format!("{text} ({kind})")
    }
}

fn decoded(word: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD_NO_PAD.decode(word).ok()?).ok()
}
