//! `updatekeys`: brings the recipients of files in line with the policy.

mod ask;
mod collect;

use std::path::Path;

use super::args::{Shared, UpdateKeys};
use super::config::{ConfigFile, absolute};
use super::exit::Exit;
use super::formats::named;
use super::prompt::Terminal;
use super::recipients::{cannot_use, no_match};
use super::report::{Failure, Reporter};
use super::save::Target;
use super::{failures, open, rekey, unsupported};
use crate::document::Format;
use crate::files::Before;
use crate::keyring::{Keyring, Sources};
use crate::policy::{Answer, Rule};
use crate::rekeying::{Drift, Need, Rewrapped};
use crate::secret::Plaintext;
use crate::sops::{DataKey, MacPolicy, Metadata, Sealed};

/// Runs the command.
pub(super) fn run(arguments: &UpdateKeys, shared: &Shared, reporter: &Reporter) -> Result<(), Failure> {
    unsupported::check_keyservice(&arguments.keyservice, reporter)?;
    if arguments.files.is_empty() {
        // In the order of sops: without a configuration there is nothing to do anyway.
        if ConfigFile::find(shared, reporter)?.is_none() {
            return Err(no_config("keys"));
        }
        return Err(
            Failure::new(Exit::NoFile, "cannot update keys: no file was named")
                .in_words_of_sops("Error: no file specified"),
        );
    }
    let sources = Sources::from_environment(&|variable| std::env::var_os(variable));
    let mut terminal = Terminal;
    let mut run = Run {
        arguments,
        shared,
        reporter,
        keyring: Keyring::find(&sources, &mut terminal),
    };
    if let [path] = arguments.files.as_slice()
        && !path.is_dir()
    {
        return run.file(path);
    }
    let mut failed = 0usize;
    for path in &arguments.files {
        for path in collect::files(path, reporter)? {
            if let Err(failure) = run.file(&path) {
                reporter.failure(&failure);
                failed = failed.saturating_add(1);
            }
        }
    }
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Failure,
        format!("failed updating {failed} file(s); the others are up to date"),
    ))
}

fn no_config(what: &str) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("cannot update {what}: there is no `.sops.yaml`"),
    )
    .hint("write its rules, or name another file with --config")
    .in_words_of_sops("config file not found")
}

/// Everything that is the same for all files.
struct Run<'a> {
    arguments: &'a UpdateKeys,
    shared: &'a Shared,
    reporter: &'a Reporter,
    keyring: Keyring<'a>,
}

/// One file that does not have the recipients that it should have.
struct Work<'f> {
    name: String,
    text: &'f Plaintext,
    format: Format,
    rule: Rule,
    drift: Drift,
}

impl Run<'_> {
    fn file(&mut self, path: &Path) -> Result<(), Failure> {
        let path = absolute(path);
        let name = path.display().to_string();
        let Some(config) = ConfigFile::for_file(self.shared, &path, self.reporter)? else {
            return Err(no_config(&name));
        };
        config.stores()?;
        self.reporter.note(&format!("Syncing keys for file {name}"));
        let (text, original) = rekey::read(&path, Exit::Failure)?;
        let format = named(
            "--input-type",
            self.arguments.input_type.as_deref(),
            self.reporter,
        )
        .unwrap_or_else(|| Format::of_file_name(&name));
        let sealed = open::sealed(&name, &text, format)?;
        let rule = match config.rule_for(&path)? {
            Answer::Rule(rule) => rule,
            Answer::NoMatch => return Err(no_match(&config.path, &path)),
            Answer::NoRules => {
                let config = config.path.display();
                return Err(Failure::new(
                    Exit::Failure,
                    format!("The config file {config} does not contain any creation rule"),
                ));
            }
        };
        let drift = Drift::between(&sealed.metadata, &rule);
        if drift.need() == Need::Nothing {
            self.reporter.note(&format!("File {name} already up to date"));
            return Ok(());
        }
        let work = Work {
            name,
            text: &text,
            format,
            rule,
            drift,
        };
        self.refuse(&work, &sealed.metadata)?;
        ask::show(&work.drift)?;
        if !self.arguments.yes && !ask::agreed()? {
            self.reporter.note(&format!("File {} left unchanged", work.name));
            return Ok(());
        }
        let removed = work.drift.need() == Need::Rotate;
        let name = &work.name;
        let new = self.update(&work, sealed)?;
        Target::InPlace(&original, Before::Sealed).write(name, &new, self.reporter)?;
        self.reporter.note(&format!("File {name} synced with new keys"));
        if removed {
            rekey::note_history(name, !self.arguments.no_rotate, self.reporter);
        }
        Ok(())
    }

    /// What is known to go wrong is said before anybody is asked.
    fn refuse(&self, work: &Work<'_>, old: &Metadata) -> Result<(), Failure> {
        let mut foreign = work.drift.foreign().peekable();
        if foreign.peek().is_some() {
            return Err(cannot_use(foreign));
        }
        match self.need(work) {
            Need::Rotate => rekey::refuse_foreign(
                &work.rule.groups,
                "with --no-rotate the data key stays, and with it the copies for these keys",
            )?,
            Need::Share => rekey::refuse_foreign(&work.rule.groups, "use sops itself for these keys")?,
            _ => {}
        }
        if self.arguments.force {
            return Ok(());
        }
        let threshold = work.drift.new_threshold;
        rekey::refuse_lockout(&work.name, old, &work.rule.groups, threshold, &self.keyring)
    }

    /// With `--no-rotate`, removing is a matter of entries, or of wrapping for those who came.
    fn need(&self, work: &Work<'_>) -> Need {
        match work.drift.need() {
            Need::Rotate if self.arguments.no_rotate => work.drift.need_without_rotation(),
            need => need,
        }
    }

    fn update(&mut self, work: &Work<'_>, sealed: Sealed) -> Result<Vec<u8>, Failure> {
        let groups = &work.rule.groups;
        let threshold = match (groups.len(), work.drift.new_threshold) {
            (groups @ 2.., 0) => groups,
            (_, threshold) => threshold,
        };
        let name = &work.name;
        let old = &sealed.metadata;
        let wrapped = match self.need(work) {
            Need::Nothing | Need::Entries => rekey::rewrap(old, groups, threshold, &Rewrapped::Missing(&[]))?,
            Need::Wrap => {
                let (key, shares) = self.key(name, old)?;
                drop(key);
                rekey::rewrap(old, groups, threshold, &Rewrapped::Missing(&shares))?
            }
            Need::Share => {
                let (key, _) = self.key(name, old)?;
                rekey::rewrap(old, groups, threshold, &Rewrapped::All(&key))?
            }
            Need::Rotate => return self.rotate(work, sealed, threshold),
        };
        let wanted = rekey::with_groups(old, wrapped, threshold);
        rekey::with_other_keys(name, work.text.expose(), work.format, &wanted)
    }

    fn rotate(&mut self, work: &Work<'_>, sealed: Sealed, threshold: usize) -> Result<Vec<u8>, Failure> {
        let (key, _) = self.key(&work.name, &sealed.metadata)?;
        // Again, because a command or a passphrase may have brought keys that were not known before.
        if !self.arguments.force {
            let old = &sealed.metadata;
            rekey::refuse_lockout(&work.name, old, &work.rule.groups, threshold, &self.keyring)?;
        }
        let opened = open::opened(&work.name, sealed, &key, MacPolicy::Verify, self.reporter)?;
        let new = DataKey::generate(&mut crate::os::random::fill);
        let old = &opened.metadata;
        let wrapped = rekey::rewrap(old, &work.rule.groups, threshold, &Rewrapped::All(&new))?;
        let wanted = rekey::with_groups(old, wrapped, threshold);
        let text = work.text.expose();
        rekey::under_new_key(
            &work.name,
            text,
            work.format,
            &opened,
            &new,
            &wanted,
            self.reporter,
        )
    }

    fn key(&mut self, name: &str, metadata: &Metadata) -> Result<(DataKey, Vec<Plaintext>), Failure> {
        let found = self.keyring.data_key_and_shares(metadata);
        let (key, shares) = found.map_err(|no_key| failures::no_key(name, &no_key))?;
        if metadata.opens_with(&key) == Some(false) {
            return Err(Failure::new(
                Exit::NoDataKey,
                format!("cannot update {name}: what its recipients unwrap is not its data key"),
            )
            .hint("compare with the last good commit"));
        }
        Ok((key, shares))
    }
}
