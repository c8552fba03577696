//! Recipients, selector and data key of a new file: from options, the environment and the policy's rule.

use std::path::{Path, PathBuf};

use super::args::{KeyOptions, Selectors, Shared};
use super::exit::Exit;
use super::prompt::Terminal;
use super::report::{Failure, Reporter};
use super::unsupported;
use crate::document::Format;
use crate::keyring::{PluginSettings, WrapError, Wrapper, wrap_groups};
use crate::os::random;
use crate::sops::{DataKey, Metadata, Selector, SelectorKind};

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

/// Makes data key and metadata for a file that will be called `name` (`--filename-override`, else its path).
#[allow(dead_code, reason = "for the commands that make new files")]
pub(super) fn for_new_file(
    name: &Path,
    format: Format,
    keys: &KeyOptions,
    selectors: &Selectors,
    shared: &Shared,
    reporter: &Reporter,
) -> Result<NewFile, Failure> {
    unsupported::refuse_other_keys(keys)?;
    let _ = (name, format, selectors, shared, reporter);
    let groups = vec![keys.age.clone()];
    let threshold = keys.shamir_secret_sharing_threshold.unwrap_or_default();
    let mut random = random::fill;
    let key = DataKey::generate(&mut random);
    let plugins = PluginSettings::from_environment(&|variable| std::env::var_os(variable));
    let mut wrapper = Wrapper {
        plugins: &plugins,
        asker: &mut Terminal,
        random: &mut random,
    };
    let groups = wrap_groups(&key, &groups, threshold, &mut wrapper).map_err(|error| cannot_wrap(&error))?;
    let metadata = Metadata {
        groups,
        shamir_threshold: threshold,
        last_modified: String::new(),
        mac: String::new(),
        version: VERSION.to_owned(),
        selector: Selector::stored(SelectorKind::UnencryptedSuffix, "_unencrypted"),
        mac_only_encrypted: selectors.mac_only_encrypted,
    };
    Ok(NewFile {
        key,
        metadata,
        policy: None,
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
        WrapError::Split(_) => failure,
    }
}
