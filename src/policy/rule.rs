//! What a creation rule says: keys, selector, threshold.

use super::error::PolicyError;
use super::go_yaml::{Fields, is_null, string_value};
use crate::document::Node;
use crate::sops::{OtherKey, OtherKind, SelectorKind};

/// A rule that was chosen for a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Its position among the rules, from 0.
    pub(crate) position: usize,
    /// Its key groups; there is at least one, possibly empty.
    pub(crate) groups: Vec<Group>,
    /// `shamir_threshold`; 0 if it says nothing.
    pub(crate) shamir_threshold: usize,
    /// The selector, if it names one.
    pub(crate) selector: Option<(SelectorKind, String)>,
    /// Whether the MAC of new files covers encrypted values only.
    pub(crate) mac_only_encrypted: bool,
}

/// A group of keys, in the order of the rule.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// Recipients, trimmed, otherwise as they were written.
    pub(crate) age: Vec<String>,
    /// Keys of kinds that this program does not use.
    pub(crate) other: Vec<OtherKey>,
}

/// Fields of the direct form, in the order of sops, with their kinds.
const DIRECT: [(&str, OtherKind); 5] = [
    ("pgp", OtherKind::Pgp),
    ("kms", OtherKind::Kms),
    ("gcp_kms", OtherKind::GcpKms),
    ("azure_keyvault", OtherKind::AzureKv),
    ("hc_vault_transit_uri", OtherKind::HcVault),
];

/// Reads the parts of a rule that sops reads when the file is loaded: every rule must have them right.
pub(super) fn check(rule: &Fields<'_>) -> Result<(), PolicyError> {
    for field in ["path_regex", "aws_profile"] {
        rule.string(field)?;
    }
    for kind in SelectorKind::ALL {
        rule.string(kind.name())?;
    }
    rule.count("shamir_threshold")?;
    rule.truth("mac_only_encrypted")?;
    rule.strings("hckms")?;
    groups(rule)?;
    Ok(())
}

/// Reads the rule that was chosen.
pub(super) fn read(position: usize, rule: &Fields<'_>) -> Result<Rule, PolicyError> {
    let mut selector = None;
    for kind in SelectorKind::ALL {
        let text = rule.string(kind.name())?;
        if text.is_empty() {
            continue;
        }
        if let Some((first, _)) = selector {
            return Err(PolicyError::Selectors {
                place: rule.place.clone(),
                first,
                second: kind,
            });
        }
        selector = Some((kind, text));
    }
    let mut groups = groups(rule)?;
    if groups.is_empty() {
        groups.push(direct(rule)?);
    }
    Ok(Rule {
        position,
        groups,
        shamir_threshold: rule.count("shamir_threshold")?,
        selector,
        mac_only_encrypted: rule.truth("mac_only_encrypted")?,
    })
}

/// `key_groups`, each with what it merges in front.
fn groups(rule: &Fields<'_>) -> Result<Vec<Group>, PolicyError> {
    let groups = rule.maps("key_groups")?.unwrap_or_default();
    groups
        .iter()
        .map(|fields| {
            let mut group = Group::default();
            collect(fields, &mut group)?;
            group.deduplicate();
            Ok(group)
        })
        .collect()
}

fn collect(fields: &Fields<'_>, group: &mut Group) -> Result<(), PolicyError> {
    for merged in fields.maps("merge")?.unwrap_or_default() {
        collect(&merged, group)?;
    }
    for text in fields.strings("age")? {
        group.age.extend(recipients(&text));
    }
    let mut other = |kind: OtherKind, id: String| group.other.push(OtherKey { kind, id });
    for id in fields.strings("pgp")? {
        other(OtherKind::Pgp, normal(&OtherKind::Pgp, &id));
    }
    for (field, kind, parts) in [
        ("kms", OtherKind::Kms, &["arn"][..]),
        ("gcp_kms", OtherKind::GcpKms, &["resource_id"]),
        ("hckms", OtherKind::HcKms, &["key_id"]),
        (
            "azure_keyvault",
            OtherKind::AzureKv,
            &["vaultUrl", "key", "version"],
        ),
    ] {
        for key in fields.maps(field)?.unwrap_or_default() {
            let mut id = Vec::new();
            for part in parts {
                id.push(key.string(part)?);
            }
            id.retain(|part| !part.is_empty());
            other(kind.clone(), id.join("/"));
        }
    }
    for id in fields.strings("hc_vault")? {
        other(OtherKind::HcVault, normal(&OtherKind::HcVault, &id));
    }
    Ok(())
}

/// sops splits at every comma; what is between two of them is a recipient, or a mistake that wrapping names.
fn recipients(text: &str) -> impl Iterator<Item = String> {
    let parts = if text.is_empty() {
        None
    } else {
        Some(text.split(','))
    };
    parts
        .into_iter()
        .flatten()
        .map(|recipient| recipient.trim().to_owned())
}

/// The keys that stand in the rule itself, as one group. Duplicates stay, as in sops.
fn direct(rule: &Fields<'_>) -> Result<Group, PolicyError> {
    let mut group = Group::default();
    for text in texts(rule, "age")? {
        group.age.extend(recipients(&text));
    }
    for (field, kind) in DIRECT {
        for text in texts(rule, field)? {
            let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
            group.other.extend(ids.map(|id| OtherKey {
                kind: kind.clone(),
                id: normal(&kind, id),
            }));
        }
    }
    let hckms = rule.strings("hckms")?.into_iter().filter(|id| !id.is_empty());
    group.other.extend(hckms.map(|id| OtherKey {
        kind: OtherKind::HcKms,
        id,
    }));
    Ok(group)
}

/// A text with commas, where empty parts do not count, or a list of texts.
fn texts(rule: &Fields<'_>, field: &'static str) -> Result<Vec<String>, PolicyError> {
    let wrong = || rule.is_not(field, "text or a list of texts");
    match rule.get(field)? {
        None => Ok(Vec::new()),
        Some(Node::List(list)) => {
            let items = list.nodes().filter(|node| !is_null(node) || field == "age");
            items
                .map(|node| string_value(node).ok_or_else(|| wrong().into()))
                .collect()
        }
        Some(node) => {
            let text = string_value(node).ok_or_else(wrong)?;
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(parts.map(str::to_owned).collect())
        }
    }
}

/// The spelling that metadata use, so that a rule and a file can be compared.
fn normal(kind: &OtherKind, id: &str) -> String {
    match kind {
        OtherKind::Pgp => id.replace(' ', ""),
        OtherKind::AzureKv => id.replacen("/keys/", "/", 1),
        OtherKind::HcVault => id.replacen("/v1/", "/", 1).replacen("/keys/", "/", 1),
        _ => id.to_owned(),
    }
}

impl Group {
    /// Whether there is no key.
    pub(crate) fn is_empty(&self) -> bool {
        self.age.is_empty() && self.other.is_empty()
    }

    fn deduplicate(&mut self) {
        let mut seen = std::collections::HashSet::new();
        self.age.retain(|recipient| seen.insert(recipient.clone()));
        let mut kept: Vec<OtherKey> = Vec::with_capacity(self.other.len());
        let mut seen = std::collections::HashSet::new();
        for key in self.other.drain(..) {
            if seen.insert((key.kind.name().to_owned(), key.id.clone())) {
                kept.push(key);
            }
        }
        self.other = kept;
    }
}
