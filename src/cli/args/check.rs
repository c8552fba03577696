//! `check`.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

#[derive(Args)]
struct Words {
    /// A manifest, as `activate` takes it; may be repeated
    #[arg(long = "manifest", value_name = "FILE", required = true)]
    manifests: Vec<PathBuf>,
    /// A host that has to open every file: its public key, as text (`age1...`, `ssh-ed25519 ...`) or in a file such as
    /// `ssh_host_ed25519_key.pub`. A file may hold several keys of the host, one of them is enough. May be
    /// repeated; hosts with manifests of their own follow each other: `--manifest A --host-key a --manifest B ...`
    #[arg(long = "host-key", value_name = "[NAME=]KEY")]
    host_keys: Vec<String>,
}

/// The command.
#[derive(Debug)]
pub(crate) struct Check {
    /// In the order of the command line; never empty.
    pub(crate) groups: Vec<CheckGroup>,
}

/// Manifests, and hosts of which each has to open the files of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CheckGroup {
    pub(crate) manifests: Vec<PathBuf>,
    pub(crate) host_keys: Vec<String>,
}

impl Args for Check {
    fn augment_args(command: Command) -> Command {
        Words::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Words::augment_args_for_update(command)
    }
}

impl FromArgMatches for Check {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let words = Words::from_arg_matches(matches)?;
        let places = |name: &str| matches.indices_of(name).into_iter().flatten();
        let manifests = words.manifests.into_iter().map(Word::Manifest);
        let keys = words.host_keys.into_iter().map(Word::HostKey);
        let mut all: Vec<_> = places("manifests").zip(manifests).collect();
        all.extend(places("host_keys").zip(keys));
        all.sort_by_key(|(place, _)| *place);
        Ok(Self {
            groups: grouped(all.into_iter().map(|(_, word)| word)),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

enum Word {
    Manifest(PathBuf),
    HostKey(String),
}

/// Whichever of the two comes first on the line begins every group.
fn grouped(words: impl Iterator<Item = Word>) -> Vec<CheckGroup> {
    let mut groups: Vec<CheckGroup> = Vec::new();
    let (mut manifest_first, mut was_manifest) = (true, None);
    for word in words {
        let is_manifest = matches!(word, Word::Manifest(_));
        if was_manifest.is_none() {
            manifest_first = is_manifest;
        }
        if was_manifest != Some(is_manifest) && is_manifest == manifest_first {
            groups.push(CheckGroup::default());
        }
        was_manifest = Some(is_manifest);
        if let Some(group) = groups.last_mut() {
            match word {
                Word::Manifest(path) => group.manifests.push(path),
                Word::HostKey(key) => group.host_keys.push(key),
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        check: Check,
    }

    fn groups(line: &str) -> Vec<(Vec<String>, Vec<String>)> {
        let words = line.split_whitespace().map(|word| match word.split_once('=') {
            Some((name, value)) => format!("--{name}={value}"),
            None => word.to_owned(),
        });
        let line = Line::try_parse_from(std::iter::once("check".to_owned()).chain(words)).unwrap();
        let text = |path: &PathBuf| path.to_str().unwrap().to_owned();
        let groups = line.check.groups.iter();
        groups
            .map(|group| {
                (
                    group.manifests.iter().map(text).collect(),
                    group.host_keys.clone(),
                )
            })
            .collect()
    }

    fn group(manifests: &[&str], keys: &[&str]) -> (Vec<String>, Vec<String>) {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        (owned(manifests), owned(keys))
    }

    #[test]
    fn keys_and_manifests_in_any_order_belong_together() {
        let both = vec![group(&["a", "b"], &["k", "l"])];
        assert_eq!(groups("manifest=a manifest=b host-key=k host-key=l"), both);
        assert_eq!(groups("host-key=k host-key=l manifest=a manifest=b"), both);
        assert_eq!(groups("manifest=a"), [group(&["a"], &[])]);
    }

    #[test]
    fn hosts_with_manifests_of_their_own_follow_each_other() {
        let two = vec![group(&["a", "b"], &["k"]), group(&["c"], &["l"])];
        assert_eq!(
            groups("manifest=a manifest=b host-key=k manifest=c host-key=l"),
            two
        );
        assert_eq!(
            groups("host-key=k manifest=a manifest=b host-key=l manifest=c"),
            two
        );
    }

    #[test]
    fn a_manifest_without_a_host_after_others_with_one_is_a_group_of_its_own() {
        assert_eq!(
            groups("manifest=a host-key=k manifest=b"),
            [group(&["a"], &["k"]), group(&["b"], &[])]
        );
    }

    #[test]
    fn a_manifest_is_needed() {
        assert!(Line::try_parse_from(["check", "--host-key=k"]).is_err());
    }
}
