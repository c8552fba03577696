//! What is wrong with a command line, and how it is said.

use super::super::exit::Exit;
use super::super::report::Failure;

/// A command line that cannot be understood.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Mistake {
    UnknownOption {
        name: String,
        similar: Option<String>,
    },
    /// A word that is not understood and may be a secret: it is not repeated.
    Hidden,
    NoValue {
        name: String,
    },
    NeitherTrueNorFalse {
        name: String,
    },
    /// A first word that is neither a command nor a file.
    UnknownWord {
        word: String,
        similar: Option<String>,
    },
    /// `help` about something that there is not, or an unknown command inside of a command.
    UnknownTopic {
        topic: String,
        similar: Option<String>,
    },
    /// Two of `-d`, `-e`, `-r`, `--set`, or one of them and a command.
    TwoActions {
        one: String,
        other: String,
    },
    /// `--set` without a path and a value.
    SetForm,
    NoFile,
    /// `-r` with a file that is not there.
    NothingToRotate {
        file: String,
    },
    /// A command of sops that there is not.
    NotHere {
        command: String,
        hint: &'static str,
    },
}

impl Mistake {
    /// Without the words of a command line that may hold a secret.
    pub(super) fn hidden(self) -> Self {
        match self {
            Self::UnknownOption { .. } | Self::NeitherTrueNorFalse { .. } | Self::UnknownWord { .. } => {
                Self::Hidden
            }
            other => other,
        }
    }

    /// In words, with sops' exit codes.
    pub(in super::super) fn failure(&self) -> Failure {
        let failure = |text: String| Failure::new(Exit::Failure, text);
        match self {
            Self::UnknownOption { name, similar } => {
                suggest(failure(format!("there is no option {name}")), similar.as_deref())
            }
            Self::Hidden => failure("a word of this command line is not understood".to_owned())
                .hint("a value that begins with `-` stands behind `--`: secrets set -- FILE PATH VALUE"),
            Self::NoValue { name } => failure(format!("the option {name} needs a value")),
            Self::NeitherTrueNorFalse { name } => {
                failure(format!("what stands behind {name}= is neither true nor false"))
            }
            Self::UnknownWord { word, similar } => {
                let failure = failure(format!("{word} is neither a command nor a file that exists"));
                match similar {
                    None => failure.hint(format!("`secrets edit {word}` makes a new file of this name")),
                    similar => suggest(failure, similar.as_deref()),
                }
            }
            Self::UnknownTopic { topic, similar } => suggest(
                Failure::new(Exit::CannotWrite, format!("there is no help about {topic}")),
                similar.as_deref(),
            ),
            Self::TwoActions { one, other } => {
                Failure::new(Exit::Conflict, format!("cannot do {one} and {other} in one run"))
            }
            Self::SetForm => Failure::new(Exit::BadSetFormat, "cannot read what stands behind --set")
                .hint("one word: the path, a blank, the value as JSON, such as '[\"key\"][0] \"text\"'"),
            Self::NoFile => {
                Failure::new(Exit::NoFile, "no file specified").hint("`secrets help` lists the commands")
            }
            Self::NothingToRotate { file } => {
                Failure::new(Exit::NoFile, format!("cannot rotate {file}: it does not exist"))
            }
            Self::NotHere { command, hint } => {
                failure(format!("cannot run `{command}`: this program does not have it")).hint(*hint)
            }
        }
    }
}

fn suggest(failure: Failure, similar: Option<&str>) -> Failure {
    match similar {
        Some(similar) => failure.hint(format!("did you mean `{similar}`?")),
        None => failure,
    }
}
