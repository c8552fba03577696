//! Recipients, selector and data key of a new file: from options, the environment and the policy's rule.

use std::path::{Path, PathBuf};

use super::args::{KeyOptions, Selectors, Shared};
use super::config::ConfigFile;
use super::exit::Exit;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use super::unsupported;
use crate::document::Format;
use crate::keyring::{PluginSettings, WrapError, Wrapper, wrap_groups};
use crate::os::random;
use crate::policy::{Answer, Group, Rule};
use crate::sops::{DataKey, KeyGroup, Metadata, OtherKey, Selector, SelectorKind};

/// The version of sops whose format new files have.
pub(super) const VERSION: &str = "3.13.3";

/// Everything that sealing a new file needs. The data key is wrapped for every recipient already: what cannot be
/// encrypted fails before an editor starts (R-E04).
#[allow(dead_code, reason = "for the commands that make new files")]
pub(super) struct NewFile {
    pub(super) key: DataKey,
    /// Groups, threshold, selector, MAC scope and version; `mac` and `last_modified` are empty.
    pub(super) metadata: Metadata,
    /// The policy file whose rule was used (R-E10).
    pub(super) policy: Option<PathBuf>,
}

/// Makes data key and metadata for a file that will be called `name` (`--filename-override`, else its path). `unusable`
/// is the exit code if a well-formed recipient cannot be encrypted to: sops has one for `edit` alone.
#[allow(dead_code, reason = "for the commands that make new files")]
pub(super) fn for_new_file(
    name: &Path,
    format: Format,
    keys: &KeyOptions,
    selectors: &Selectors,
    shared: &Shared,
    reporter: &Reporter,
    unusable: Exit,
) -> Result<NewFile, Failure> {
    unsupported::refuse_other_keys(keys)?;
    let explicit = explicit(keys);
    let found = rule(name, explicit.is_some(), shared, reporter)?;
    let (policy, rule) = found.map_or((None, None), |(path, rule)| (Some(path), Some(rule)));
    let selector = selector(format, selectors, rule.as_ref(), reporter)?;
    let groups = match (explicit, &rule) {
        (Some(recipients), _) => vec![recipients],
        (None, Some(rule)) => age_only(&rule.groups)?,
        (None, None) => return Err(no_recipients()),
    };
    let of_rule = rule.as_ref().map_or(0, |rule| rule.shamir_threshold);
    let threshold = match keys.shamir_secret_sharing_threshold.filter(|given| *given != 0) {
        _ if groups.len() == 1 => 0,
        Some(given) => given,
        None if of_rule == 0 => groups.len(),
        None => of_rule,
    };
    let key = DataKey::generate(&mut random::fill);
    let groups = wrap(&key, &groups, threshold, unusable)?;
    let only_encrypted = selectors.mac_only_encrypted || rule.is_some_and(|rule| rule.mac_only_encrypted);
    let metadata = Metadata {
        groups,
        shamir_threshold: threshold,
        last_modified: String::new(),
        mac: String::new(),
        version: VERSION.to_owned(),
        selector,
        mac_only_encrypted: only_encrypted && format != Format::Binary,
    };
    Ok(NewFile {
        key,
        metadata,
        policy,
    })
}

/// Wraps a data key with the plugins of this environment and the person at the terminal.
fn wrap(
    key: &DataKey,
    groups: &[Vec<String>],
    threshold: usize,
    unusable: Exit,
) -> Result<Vec<KeyGroup>, Failure> {
    with_wrapper(|wrapper| wrap_groups(key, groups, threshold, wrapper)).map_err(|error| match &error {
        WrapError::Recipients(failures) if failures.iter().all(|one| !one.malformed) => {
            cannot_wrap(&error).exit_with(unusable)
        }
        _ => cannot_wrap(&error),
    })
}

/// What wraps keys on a command line: the plugins of this environment and the person at the terminal.
pub(super) fn with_wrapper<T>(wrap: impl FnOnce(&mut Wrapper<'_>) -> T) -> T {
    let plugins = PluginSettings::from_environment(&|variable| std::env::var_os(variable));
    let mut random = random::fill;
    wrap(&mut Wrapper {
        plugins: &plugins,
        asker: &mut Terminal,
        random: &mut random,
    })
}

/// The failure of every command that cannot wrap a data key.
pub(super) fn cannot_wrap(error: &WrapError) -> Failure {
    let failure = Failure::new(Exit::Failure, "cannot encrypt the data key").caused_by(error);
    match error {
        WrapError::Recipients(failures) => failures
            .iter()
            .fold(failure, |failure, one| failure.item(one.to_string())),
        WrapError::Empty { .. } => failure
            .hint("name recipients with --age, in SOPS_AGE_RECIPIENTS or in a rule of `.sops.yaml`")
            .in_words_of_sops("Could not generate data key: [empty key group provided]"),
        WrapError::Split(_) | WrapError::Share => failure,
    }
}

/// Recipients of the command line or of `SOPS_AGE_RECIPIENTS`: they replace those of the rule, as one group.
fn explicit(keys: &KeyOptions) -> Option<Vec<String>> {
    let given = keys.age.iter().any(|recipient| !recipient.is_empty());
    given.then(|| keys.age.clone())
}

/// The rule for the file and where it stands. With explicit recipients, a policy without a rule for it is no error.
fn rule(
    name: &Path,
    explicit: bool,
    shared: &Shared,
    reporter: &Reporter,
) -> Result<Option<(PathBuf, Rule)>, Failure> {
    let Some(config) = ConfigFile::for_file(shared, name, reporter)? else {
        return Ok(None);
    };
    match config.rule_for(name)? {
        Answer::Rule(rule) => Ok(Some((config.path, rule))),
        Answer::NoMatch if !explicit => Err(no_match(&config.path, name)),
        Answer::NoRules | Answer::NoMatch => Ok(None),
    }
}

/// The failure of a file for which the policy has no rule.
pub(super) fn no_match(config: &Path, name: &Path) -> Failure {
    Failure::new(
        Exit::Failure,
        format!("{} has no creation rule for {}", config.display(), name.display()),
    )
    .hint("add a rule whose `path_regex` matches, or name the recipients with --age")
    .in_words_of_sops("error loading config: no matching creation rules found")
}

fn no_recipients() -> Failure {
    Failure::new(Exit::Failure, "cannot encrypt: there are no recipients")
        .hint("name them with --age, in SOPS_AGE_RECIPIENTS or in a `.sops.yaml`")
        .in_words_of_sops(
            "config file not found, or has no creation rules, and no keys provided through command line options",
        )
}

/// The recipients of each group; a key that we cannot encrypt for is an error, because its owner could not read the file.
fn age_only(groups: &[Group]) -> Result<Vec<Vec<String>>, Failure> {
    let other: Vec<&OtherKey> = groups.iter().flat_map(|group| &group.other).collect();
    if other.is_empty() {
        return Ok(groups.iter().map(|group| group.age.clone()).collect());
    }
    Err(cannot_use(other))
}

/// The failure of every command that would have to wrap a data key for these.
pub(super) fn cannot_use<'key>(keys: impl IntoIterator<Item = &'key OtherKey>) -> Failure {
    let failure = Failure::new(
        Exit::Failure,
        "cannot encrypt the data key: this program encrypts to age and SSH keys only",
    );
    keys.into_iter()
        .fold(failure, |failure, key| {
            failure.item(format!("{} {}", key.kind.name(), key.id))
        })
        .hint("use sops itself for these keys, or name age recipients with --age")
}

/// Options first, then the rule, each of the six by itself as in sops; then there must be at most one.
fn selector(
    format: Format,
    options: &Selectors,
    rule: Option<&Rule>,
    reporter: &Reporter,
) -> Result<Selector, Failure> {
    let mut given = Vec::new();
    for kind in SelectorKind::ALL {
        let option = option(options, kind).filter(|text| !text.is_empty());
        let of_rule = rule.and_then(|rule| rule.selector.as_ref());
        let of_rule = of_rule.filter(|(of_rule, _)| *of_rule == kind);
        given.extend(option.or(of_rule.map(|(_, text)| text)).map(|text| (kind, text)));
    }
    if format == Format::Binary {
        for (kind, _) in &given {
            let name = kind.name();
            reporter.warning(&format!(
                "{name} is ignored: a binary file has one value, which is always encrypted"
            ));
        }
        given.clear();
    }
    match given.as_slice() {
        [] => Ok(Selector::default()),
        [(kind, text)] => Selector::for_sealing(*kind, text)
            .map_err(|error| Failure::new(Exit::Failure, "cannot choose what to encrypt").caused_by(&error)),
        [(first, _), (second, _), ..] => Err(Failure::new(
            Exit::Conflict,
            format!("cannot use both {} and {}", first.name(), second.name()),
        )
        .hint("a file has one selector; options and the rule of `.sops.yaml` count together")),
    }
}

fn option(options: &Selectors, kind: SelectorKind) -> Option<&String> {
    match kind {
        SelectorKind::UnencryptedSuffix => options.unencrypted_suffix.as_ref(),
        SelectorKind::EncryptedSuffix => options.encrypted_suffix.as_ref(),
        SelectorKind::UnencryptedRegex => options.unencrypted_regex.as_ref(),
        SelectorKind::EncryptedRegex => options.encrypted_regex.as_ref(),
        SelectorKind::UnencryptedCommentRegex => options.unencrypted_comment_regex.as_ref(),
        SelectorKind::EncryptedCommentRegex => options.encrypted_comment_regex.as_ref(),
    }
}
