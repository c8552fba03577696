//! What is known about editors: how to keep them from making copies of their own (R-E03), how to be told a line, and
//! which of them hand the file to another process.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An editor that we know something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// vim, neovim, and gvim in its own window process.
    Vim {
        window: bool,
    },
    /// Some other vi.
    Vi,
    Nano,
    Emacs,
    Emacsclient,
    Helix,
    Micro,
    Kakoune,
    Joe,
    Ed,
    /// Visual Studio Code and what is made from it.
    Code,
    Zed,
    Sublime,
    Kate,
    Gedit,
    /// neovim-remote.
    Nvr,
    Unknown,
}

/// The editor that a program's name means.
pub(crate) fn kind(name: &str) -> Kind {
    // Debian calls variants `vim.basic`, `vim.gtk3`, `emacs-nox`, `emacs-30.1`.
    let stem = name.split(['.', '-']).next().unwrap_or(name);
    match (name, stem) {
        ("gvim" | "mvim" | "vim.gtk" | "vim.gtk3" | "neovide", _) => Kind::Vim {
            window: !name.starts_with("vim"),
        },
        (_, "vim" | "nvim" | "view" | "vimdiff" | "vimx" | "rvim") => Kind::Vim { window: false },
        (_, "vi" | "nvi" | "elvis") => Kind::Vi,
        (_, "nano" | "rnano" | "pico") => Kind::Nano,
        (_, "emacs" | "emacs25" | "emacs27" | "emacs28" | "emacs29" | "emacs30") => Kind::Emacs,
        (_, "emacsclient") => Kind::Emacsclient,
        (_, "hx" | "helix") => Kind::Helix,
        (_, "micro") => Kind::Micro,
        (_, "kak") => Kind::Kakoune,
        (_, "joe" | "jmacs" | "jstar" | "jpico") => Kind::Joe,
        (_, "ed" | "red") => Kind::Ed,
        (_, "code" | "codium" | "vscodium" | "cursor" | "windsurf" | "positron") => Kind::Code,
        (_, "zed" | "zeditor" | "zedit") => Kind::Zed,
        (_, "subl" | "sublime_text") => Kind::Sublime,
        (_, "kate" | "kwrite") => Kind::Kate,
        (_, "gedit") | ("gnome-text-editor", _) => Kind::Gedit,
        (_, "nvr") => Kind::Nvr,
        _ => Kind::Unknown,
    }
}

/// After the file was loaded and the person's own settings were read: none of these is wanted for this file. The
/// names of the file of registers differ between vim and neovim.
const VIM_LAST: [&str; 3] = [
    "set noswapfile nobackup nowritebackup noundofile viminfo=",
    "silent! set viminfofile=NONE",
    "silent! set shadafile=NONE",
];

/// Turns off what would copy the text, the yank ring or the search strings to a file, also by packages that save at
/// the end of a session.
const EMACS_FIRST: &str = "(progn (setq make-backup-files nil backup-inhibited t auto-save-default nil \
auto-save-list-file-prefix nil create-lockfiles nil backup-directory-alist nil version-control 'never \
auto-save-visited-mode nil undo-tree-auto-save-history nil kill-emacs-hook nil) \
(dolist (mode '(savehist-mode recentf-mode save-place-mode desktop-save-mode undo-fu-session-global-mode \
auto-save-visited-mode)) (when (and (fboundp mode) (boundp mode) (symbol-value mode)) (funcall mode -1))))";

impl Kind {
    /// Whether the process that is started hands the path to another one, which cannot see a private place.
    pub(crate) fn hands_over(self) -> bool {
        matches!(
            self,
            Self::Vim { window: true }
                | Self::Emacsclient
                | Self::Code
                | Self::Zed
                | Self::Sublime
                | Self::Kate
                | Self::Gedit
                | Self::Nvr
        )
    }

    /// What such an editor does with the text that we cannot turn off from here.
    pub(crate) fn caution(self) -> Option<&'static str> {
        match self {
            Self::Code => Some(
                "it may keep copies of the text (local history, unsaved files) below the home directory unless its \
                settings say otherwise",
            ),
            Self::Emacsclient | Self::Zed | Self::Sublime | Self::Kate | Self::Gedit | Self::Nvr => Some(
                "it hands the file to a running program, whose settings decide whether it keeps copies of the text",
            ),
            _ => None,
        }
    }

    /// Adds words and variables that stand before the file. `given`: the person's own words.
    pub(crate) fn prepare(self, command: &mut Command, given: &[OsString], place: &Path) {
        let has = |words: &[&str]| given.iter().any(|word| words.iter().any(|one| *word == **one));
        match self {
            Self::Vim { window } => {
                if window && !has(&["-f", "--nofork"]) {
                    command.arg("-f");
                }
                command.args(["-n", "-i", "NONE"]);
                for last in VIM_LAST {
                    command.args(["-c", last]);
                }
            }
            Self::Vi => {
                let mut setting = OsString::from("set directory=");
                setting.push(place);
                command.env("EXINIT", setting);
            }
            Self::Nano => {
                command.arg("--rcfile").arg(place.join(NANO_SETTINGS));
            }
            Self::Emacs => {
                command.args(["--eval", EMACS_FIRST]);
            }
            Self::Micro => {
                for option in ["backup", "permbackup", "savecursor", "savehistory", "saveundo"] {
                    command.arg(format!("-{option}")).arg("false");
                }
            }
            Self::Joe => {
                command.args(["-nobackups", "-nodeadjoe", "-restore", "false"]);
            }
            // It writes `ed.hup` there, or into the home directory, when the terminal goes away.
            Self::Ed => {
                command.current_dir(place).env("HOME", place);
            }
            Self::Code | Self::Zed | Self::Sublime | Self::Gedit if !has(&["--wait", "-w"]) => {
                command.arg("--wait");
            }
            Self::Kate if !has(&["--block", "-b"]) => {
                command.arg("--block");
            }
            Self::Nvr if !given.iter().any(|word| starts_with(word, "--remote")) => {
                command.arg("--remote-wait");
            }
            _ => {}
        }
    }

    /// A file of settings that has to lie beside the text.
    pub(crate) fn settings(self) -> Option<(&'static str, String)> {
        (self == Self::Nano).then(|| (NANO_SETTINGS, nano_settings()))
    }

    /// The words that name the file and the line where the cursor belongs.
    pub(crate) fn file(self, file: &Path, line: Option<usize>) -> Vec<OsString> {
        let with_line = |line: usize| {
            let mut word = file.as_os_str().to_owned();
            word.push(format!(":{line}"));
            word
        };
        let path = file.as_os_str().to_owned();
        match (self, line) {
            (Self::Code, Some(line)) => vec!["--goto".into(), with_line(line)],
            (Self::Helix | Self::Zed | Self::Sublime, Some(line)) => vec![with_line(line)],
            (Self::Kate, Some(line)) => vec!["--line".into(), line.to_string().into(), path],
            (
                Self::Vim { .. }
                | Self::Nano
                | Self::Emacs
                | Self::Emacsclient
                | Self::Micro
                | Self::Kakoune
                | Self::Joe
                | Self::Gedit
                | Self::Vi,
                Some(line),
            ) => vec![format!("+{line}").into(), path],
            _ => vec![path],
        }
    }
}

fn starts_with(word: &OsStr, start: &str) -> bool {
    word.to_string_lossy().starts_with(start)
}

/// The name of the settings that nano is told to read.
const NANO_SETTINGS: &str = ".nanorc";

/// nano has no words that switch its settings off, but reads the settings that it is told to: the machine's and the
/// person's own, with backups and histories off at the end.
fn nano_settings() -> String {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let home = variable("HOME");
    let config = variable("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));
    let own = home
        .map(|home| home.join(".nanorc"))
        .filter(|file| file.exists())
        .or_else(|| config.map(|config| config.join("nano/nanorc")));
    let mut settings = String::new();
    for file in [Some("/etc/nanorc".into()), own].into_iter().flatten() {
        if let Ok(text) = std::fs::read_to_string(file) {
            settings.push_str(&text);
            settings.push('\n');
        }
    }
    settings.push_str("unset backup\nunset historylog\nunset positionlog\nunset locking\n");
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_names_and_variants() {
        for (name, wanted) in [
            ("vim", Kind::Vim { window: false }),
            ("vim.basic", Kind::Vim { window: false }),
            ("nvim", Kind::Vim { window: false }),
            ("gvim", Kind::Vim { window: true }),
            ("vi", Kind::Vi),
            ("emacs-nox", Kind::Emacs),
            ("emacs-30.1", Kind::Emacs),
            ("emacsclient", Kind::Emacsclient),
            ("code-insiders", Kind::Code),
            ("gnome-text-editor", Kind::Gedit),
            ("true", Kind::Unknown),
            ("edit", Kind::Unknown),
        ] {
            assert_eq!(kind(name), wanted, "{name}");
        }
    }

    #[test]
    fn a_line_is_named_as_each_editor_wants_it() {
        let file = Path::new("/p/a");
        for (name, wanted) in [
            ("vim", vec!["+3", "/p/a"]),
            ("nano", vec!["+3", "/p/a"]),
            ("hx", vec!["/p/a:3"]),
            ("code", vec!["--goto", "/p/a:3"]),
            ("kate", vec!["--line", "3", "/p/a"]),
            ("unknown", vec!["/p/a"]),
            ("ed", vec!["/p/a"]),
        ] {
            assert_eq!(kind(name).file(file, Some(3)), wanted, "{name}");
            assert_eq!(kind(name).file(file, None), ["/p/a"], "{name}");
        }
    }

    #[test]
    fn r_e03_what_would_copy_the_text_is_switched_off_behind_the_persons_own_settings() {
        let words = |name: &str| {
            let mut command = Command::new(name);
            kind(name).prepare(&mut command, &[], Path::new("/p"));
            let words: Vec<_> = command
                .get_args()
                .map(|word| word.to_string_lossy().into_owned())
                .collect();
            words.join(" ")
        };
        for (name, wanted) in [
            (
                "vim",
                &["-n -i NONE -c ", "noswapfile", "noundofile", "viminfofile=NONE"][..],
            ),
            ("nvim", &["-n -i NONE -c ", "nobackup", "shadafile=NONE"]),
            ("nano", &["--rcfile /p/.nanorc"]),
            (
                "emacs",
                &["make-backup-files nil", "auto-save-default nil", "savehist-mode"],
            ),
            ("micro", &["-backup false", "-savehistory false"]),
            ("hx", &[]),
        ] {
            for part in wanted {
                assert!(words(name).contains(part), "{name} without {part}");
            }
        }
        let settings = Kind::Nano.settings().unwrap().1;
        assert!(settings.ends_with("unset backup\nunset historylog\nunset positionlog\nunset locking\n"));
    }

    #[test]
    fn editors_that_would_return_at_once_are_told_to_wait() {
        for (name, given, wanted) in [
            ("code", &[][..], "--wait"),
            ("code", &["-w"], ""),
            ("gvim", &[], "-f"),
            ("nvr", &["--remote-wait-silent"], ""),
            ("kate", &[], "--block"),
        ] {
            let given: Vec<OsString> = given.iter().map(OsString::from).collect();
            let mut command = Command::new(name);
            kind(name).prepare(&mut command, &given, Path::new("/p"));
            let first = command
                .get_args()
                .next()
                .map_or_else(String::new, |word| word.to_string_lossy().into_owned());
            if wanted.is_empty() {
                assert_eq!(command.get_args().len(), 0, "{name}");
            } else {
                assert_eq!(first, wanted, "{name}");
            }
        }
    }
}
