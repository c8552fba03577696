//! Where in a command line a word stands: the command, the words before it, an option that waits for its value.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

pub(super) struct Place<'a> {
    /// The program and the commands that were named.
    levels: Vec<&'a Command>,
    /// Words that are no options.
    pub(super) words: Vec<OsString>,
    /// The option whose value comes next.
    pub(super) pending: Option<&'a Arg>,
    /// `--` was seen.
    pub(super) ended: bool,
    /// Options that were given with a value.
    given: Vec<(&'a str, OsString)>,
}

impl<'a> Place<'a> {
    pub(super) fn find(definition: &'a Command, before: &[OsString]) -> Self {
        let mut place = Self {
            levels: vec![definition],
            words: Vec::new(),
            pending: None,
            ended: false,
            given: Vec::new(),
        };
        for word in before {
            place.read(word);
        }
        place
    }

    fn read(&mut self, word: &OsStr) {
        if let Some(option) = self.pending.take() {
            self.given
                .extend(option.get_long().map(|long| (long, word.to_owned())));
            return;
        }
        let text = word.to_string_lossy();
        if self.ended || !text.starts_with('-') || text == "-" {
            match self
                .innermost()
                .find_subcommand(word)
                .filter(|_| self.takes_command())
            {
                Some(command) => self.levels.push(command),
                None => self.words.push(word.to_owned()),
            }
            return;
        }
        if text == "--" {
            self.ended = true;
            return;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (&*text, None),
        };
        let Some(option) = self.option(name) else { return };
        match value {
            Some(value) => self
                .given
                .extend(option.get_long().map(|long| (long, value.into()))),
            None if option.get_action().takes_values() && !option.is_require_equals_set() => {
                self.pending = Some(option);
            }
            None => {}
        }
    }

    pub(super) fn innermost(&self) -> &'a Command {
        // There is the program at least.
        self.levels.last().copied().unwrap_or(self.levels[0])
    }

    /// Whether the name of a command may stand here.
    pub(super) fn takes_command(&self) -> bool {
        self.words.is_empty() && !self.ended && self.innermost().has_subcommands()
    }

    /// Whether no command was named.
    pub(super) fn is_root(&self) -> bool {
        self.levels.len() == 1
    }

    /// The options of the command and those that all commands share.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &'a Arg> {
        let last = self.levels.len().saturating_sub(1);
        self.levels.iter().enumerate().flat_map(move |(number, command)| {
            command
                .get_arguments()
                .filter(move |argument| number == last || argument.is_global_set())
        })
    }

    /// An option by its name with dashes. Without a command, those of all commands count: sops' form has no command.
    pub(super) fn option(&self, name: &str) -> Option<&'a Arg> {
        let bare = name.trim_start_matches('-');
        let letter = bare.parse::<char>().ok();
        let is = |argument: &&Arg| {
            argument.get_long() == Some(bare) || letter.is_some() && argument.get_short() == letter
        };
        let everywhere = || {
            let root = self.levels.first().filter(|_| self.is_root())?;
            root.get_subcommands().flat_map(Command::get_arguments).find(is)
        };
        self.arguments().find(is).or_else(everywhere)
    }

    /// The value that was given to an option.
    pub(super) fn value(&self, long: &str) -> Option<&OsStr> {
        let given = self.given.iter().rev().find(|(name, _)| *name == long)?;
        Some(&given.1)
    }
}
