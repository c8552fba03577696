//! Which editor is started, and with which words and variables.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::known::{self, Kind};
use super::workspace::VisitError;
use crate::keyring::split_words;

/// Who sees the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The process that we start, and its children.
    Child,
    /// Another process, to which the one that we start hands the path.
    Outside,
}

/// Variables that hold keys, or commands that print them (R-C04).
const KEY_BEARING: [&str; 6] = [
    "SOPS_AGE_KEY",
    "SOPS_AGE_KEY_CMD",
    "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
    "AGEDEBUG",
    "AGE_PASSPHRASE",
    "VAULT_TOKEN",
];

/// An editor that was found.
pub(crate) struct Editor {
    program: OsString,
    arguments: Vec<OsString>,
    kind: Kind,
    reach: Reach,
}

/// No editor (sops: exit 201).
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditorError {
    #[error("the quotes in {variable} are not closed")]
    Quotes { variable: &'static str },
    #[error("{variable} names no program")]
    Blank { variable: &'static str },
    #[error("neither SOPS_EDITOR nor EDITOR is set, and there is none of vim, nano and vi in PATH")]
    None,
}

impl Editor {
    /// `SOPS_EDITOR`, else `EDITOR`, split into words without a shell; else the first of vim, nano and vi. `outside`:
    /// the person says that it hands the file to another process.
    pub(crate) fn choose(
        variable: &dyn Fn(&str) -> Option<OsString>,
        outside: bool,
    ) -> Result<Self, EditorError> {
        let path = variable("PATH").unwrap_or_default();
        let mut words = None;
        for name in ["SOPS_EDITOR", "EDITOR"] {
            if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
                let text = value.to_string_lossy();
                let split = split_words(&text).ok_or(EditorError::Quotes { variable: name })?;
                if split.is_empty() {
                    return Err(EditorError::Blank { variable: name });
                }
                words = Some(split);
                break;
            }
        }
        let words = words
            .or_else(|| {
                ["vim", "nano", "vi"]
                    .iter()
                    .find(|name| found(name, &path).is_some())
                    .map(|name| vec![(*name).to_owned()])
            })
            .ok_or(EditorError::None)?;
        let mut words = words.into_iter().map(OsString::from);
        let program = words.next().ok_or(EditorError::None)?;
        let kind = kind(&program, &path);
        let reach = if outside || kind.hands_over() {
            Reach::Outside
        } else {
            Reach::Child
        };
        Ok(Self {
            program,
            arguments: words.collect(),
            kind,
            reach,
        })
    }

    /// How the editor is called for a file whose cursor belongs at a line.
    pub(crate) fn call(&self, line: Option<usize>) -> Call<'_> {
        Call {
            editor: self,
            line,
            reach: self.reach,
        }
    }

    /// What the person has to know about this editor's own copies.
    pub(crate) fn caution(&self) -> Option<&'static str> {
        self.kind.caution()
    }

    /// The name in messages.
    pub(crate) fn name(&self) -> String {
        self.program.to_string_lossy().into_owned()
    }
}

/// One call of the editor.
pub(crate) struct Call<'a> {
    editor: &'a Editor,
    line: Option<usize>,
    pub(crate) reach: Reach,
}

impl Call<'_> {
    /// The command for a file called `name` in `place`.
    pub(crate) fn command(&self, place: &Path, name: &OsStr) -> Command {
        let editor = self.editor;
        let file = place.join(name);
        let mut command = Command::new(&editor.program);
        command.args(&editor.arguments);
        for variable in KEY_BEARING {
            command.env_remove(variable);
        }
        // Whatever the editor and its helpers put aside stays with the file.
        for variable in ["TMPDIR", "TMP", "TEMP"] {
            command.env(variable, place);
        }
        editor.kind.prepare(&mut command, &editor.arguments, place);
        command.args(editor.kind.file(&file, self.line));
        command
    }

    /// A file of settings that has to lie beside the text.
    pub(crate) fn settings(&self) -> Option<(&'static str, String)> {
        self.editor.kind.settings()
    }

    /// The failure to start it.
    pub(crate) fn failed(&self, source: io::Error) -> VisitError {
        VisitError::Editor {
            program: self.editor.name(),
            source,
        }
    }
}

/// The program that a name means, as `PATH` says.
fn found(name: impl AsRef<Path>, path: &OsStr) -> Option<PathBuf> {
    let name = name.as_ref();
    if name.components().count() > 1 {
        return Some(name.to_owned());
    }
    std::env::split_paths(path)
        .map(|folder| folder.join(name))
        .find(|file| {
            file.metadata()
                .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
        })
}

/// `vi` and `editor` are links to something else on most machines.
fn kind(program: &OsStr, path: &OsStr) -> Kind {
    let own = Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy();
    let kind = known::kind(&own);
    if kind != Kind::Unknown && kind != Kind::Vi {
        return kind;
    }
    let real = found(program, path).and_then(|file| file.canonicalize().ok());
    let real = real
        .as_deref()
        .and_then(Path::file_name)
        .map(OsStr::to_string_lossy);
    match real.as_deref().map(known::kind) {
        None | Some(Kind::Unknown) => kind,
        Some(real) => real,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(pairs: &[(&str, &str)]) -> Result<Editor, EditorError> {
        let variable = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        Editor::choose(&variable, false)
    }

    fn words(editor: &Editor) -> Vec<String> {
        let command = editor
            .call(Some(7))
            .command(Path::new("/p"), OsStr::new("a.yaml"));
        std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn r_c05_the_editor_is_split_into_words_and_no_shell_is_asked() {
        let editor = choose(&[
            ("SOPS_EDITOR", "my-editor --x 'a b' $HOME \"c;d\""),
            ("EDITOR", "y"),
        ])
        .ok()
        .unwrap();
        assert_eq!(
            words(&editor),
            ["my-editor", "--x", "a b", "$HOME", "c;d", "/p/a.yaml"]
        );
        assert!(matches!(
            choose(&[("EDITOR", "a 'b")]),
            Err(EditorError::Quotes { .. })
        ));
        assert!(matches!(
            choose(&[("EDITOR", "  ")]),
            Err(EditorError::Blank { .. })
        ));
        assert!(matches!(choose(&[("PATH", "/none")]), Err(EditorError::None)));
    }

    #[test]
    fn r_c04_variables_that_hold_keys_are_taken_out_and_tmpdir_is_the_place() {
        let editor = choose(&[("EDITOR", "x")]).ok().unwrap();
        let command = editor.call(None).command(Path::new("/p"), OsStr::new("a"));
        let variables: Vec<_> = command.get_envs().collect();
        for name in KEY_BEARING {
            assert!(variables.contains(&(OsStr::new(name), None)), "{name}");
        }
        assert!(variables.contains(&(OsStr::new("TMPDIR"), Some(OsStr::new("/p")))));
    }

    #[test]
    fn r_e01_editors_that_hand_the_file_over_are_known_by_name() {
        for (text, reach) in [
            ("code --wait", Reach::Outside),
            ("/usr/bin/codium -w", Reach::Outside),
            ("emacsclient -t", Reach::Outside),
            ("gvim", Reach::Outside),
            ("vim", Reach::Child),
            ("emacs -nw", Reach::Child),
            ("something", Reach::Child),
        ] {
            assert_eq!(choose(&[("EDITOR", text)]).ok().unwrap().reach, reach, "{text}");
        }
        let variable = |name: &str| (name == "EDITOR").then(|| OsString::from("something"));
        assert_eq!(
            Editor::choose(&variable, true).ok().unwrap().reach,
            Reach::Outside
        );
    }
}
