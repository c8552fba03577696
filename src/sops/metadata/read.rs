//! Metadata out of the tree of a `sops` entry.

use super::weak::{Place, count, field, keys_are_strings, maps, text, time_text, truth};
use super::{AgeKey, KeyGroup, Metadata, OtherKey, OtherKind};
use crate::document::{Map, Node};
use crate::sops::MetadataError;
use crate::sops::selector::{Selector, SelectorKind};
use crate::sops::time::Instant;

/// A kind of master key that we name but do not use.
struct OtherFields {
    kind: OtherKind,
    /// What names the key.
    id: &'static [&'static str],
    /// Further text fields.
    more: &'static [&'static str],
}

/// In the order in which sops collects them.
static OTHERS: [OtherFields; 6] = [
    OtherFields {
        kind: OtherKind::Kms,
        id: &["arn"],
        more: &["role", "aws_profile"],
    },
    OtherFields {
        kind: OtherKind::GcpKms,
        id: &["resource_id"],
        more: &[],
    },
    OtherFields {
        kind: OtherKind::HcKms,
        id: &["key_id"],
        more: &[],
    },
    OtherFields {
        kind: OtherKind::AzureKv,
        id: &["vault_url", "name", "version"],
        more: &[],
    },
    OtherFields {
        kind: OtherKind::HcVault,
        id: &["vault_address", "engine_path", "key_name"],
        more: &[],
    },
    OtherFields {
        kind: OtherKind::Pgp,
        id: &["fp"],
        more: &[],
    },
];

const AGE: &str = "age";
const KEY_GROUPS: &str = "key_groups";

/// Reads the whole metadata.
pub(crate) fn read(map: &Map) -> Result<Metadata, MetadataError> {
    if !keys_are_strings(map) {
        return Err(MetadataError::NonStringKey);
    }
    let string = |name| text(field(map, name), Place::top(name));
    let last_modified = time("lastmodified", map, None)?.seconds();
    let groups = groups(map)?;
    Ok(Metadata {
        groups,
        shamir_threshold: count(field(map, "shamir_threshold"), Place::top("shamir_threshold"))?,
        last_modified,
        mac: string("mac")?,
        version: string("version")?,
        selector: selector(map)?,
        mac_only_encrypted: truth(field(map, "mac_only_encrypted"), Place::top("mac_only_encrypted"))?,
    })
}

fn time(name: &str, map: &Map, parent: Option<&Place<'_>>) -> Result<Instant, MetadataError> {
    let place = parent.map_or_else(|| Place::top(name), |parent| parent.field(name));
    let text = time_text(field(map, name), place)?;
    Instant::parse(text.as_bytes()).ok_or_else(|| place.is_no_time())
}

/// The one that is set; empty texts count as absent.
fn selector(map: &Map) -> Result<Selector, MetadataError> {
    let mut found: Option<(SelectorKind, String)> = None;
    for kind in SelectorKind::ALL {
        let text = text(field(map, kind.name()), Place::top(kind.name()))?;
        if text.is_empty() {
            continue;
        }
        if let Some((first, _)) = found {
            return Err(MetadataError::Selectors {
                first: first.name(),
                second: kind.name(),
            });
        }
        found = Some((kind, text));
    }
    Ok(found.map_or_else(Selector::default, |(kind, text)| Selector::stored(kind, &text)))
}

/// The flat lists if there are any, else `key_groups`.
fn groups(map: &Map) -> Result<Vec<KeyGroup>, MetadataError> {
    let mut flat = group(map, None)?;
    let listed = maps(field(map, KEY_GROUPS), Place::top(KEY_GROUPS))?;
    let mut shared = Vec::with_capacity(listed.len());
    for (position, entry) in listed.into_iter().enumerate() {
        let place = Place::top(KEY_GROUPS).item(position);
        let mut members = KeyGroup::default();
        if let Some(entry) = entry {
            members = group(entry, Some(&place))?;
            members.other.extend(unknown(entry));
        }
        shared.push(members);
    }
    if flat.is_empty() && !shared.is_empty() {
        return Ok(shared);
    }
    flat.other.extend(unknown(map));
    if flat.is_empty() {
        return Err(MetadataError::NoKeys);
    }
    Ok(vec![flat])
}

fn group(map: &Map, parent: Option<&Place<'_>>) -> Result<KeyGroup, MetadataError> {
    let mut group = KeyGroup::default();
    let at = |name| parent.map_or_else(|| Place::top(name), |parent| parent.field(name));
    for fields in &OTHERS {
        let list = at(fields.kind.name());
        for (position, entry) in maps(field(map, fields.kind.name()), list)?
            .into_iter()
            .enumerate()
        {
            let place = list.item(position);
            group.other.push(other_key(fields, entry, place)?);
        }
    }
    let list = at(AGE);
    for (position, entry) in maps(field(map, AGE), list)?.into_iter().enumerate() {
        let place = list.item(position);
        let string = |name| text(entry.and_then(|entry| field(entry, name)), place.field(name));
        group.age.push(AgeKey {
            recipient: string("recipient")?,
            enc: string("enc")?,
        });
    }
    Ok(group)
}

fn other_key(fields: &OtherFields, entry: Option<&Map>, place: Place<'_>) -> Result<OtherKey, MetadataError> {
    let empty = Map::default();
    let entry = entry.unwrap_or(&empty);
    let string = |name| text(field(entry, name), place.field(name));
    time("created_at", entry, Some(&place))?;
    string("enc")?;
    for name in fields.more {
        string(name)?;
    }
    let mut parts = Vec::with_capacity(fields.id.len());
    for name in fields.id {
        let part = string(name)?;
        if !part.is_empty() {
            parts.push(part);
        }
    }
    Ok(OtherKey {
        kind: fields.kind.clone(),
        id: parts.join("/"),
    })
}

/// Lists of entries with an `enc` under names that sops 3.13 does not know: kept, so that they can be named.
fn unknown(map: &Map) -> impl Iterator<Item = OtherKey> {
    map.entries()
        .filter(|entry| !is_known(&entry.key.text))
        .flat_map(|entry| {
            let name = String::from_utf8_lossy(&entry.key.text).into_owned();
            let entries = match &entry.value {
                Node::List(list) => list.nodes().collect(),
                _ => Vec::new(),
            };
            entries.into_iter().filter_map(move |node| match node {
                Node::Map(map) if field(map, "enc").is_some() => Some(OtherKey {
                    kind: OtherKind::Unknown(name.clone()),
                    id: first_text(map),
                }),
                _ => None,
            })
        })
}

fn is_known(name: &[u8]) -> bool {
    let same = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    same(AGE) || same(KEY_GROUPS) || OTHERS.iter().any(|fields| same(fields.kind.name()))
}

/// The first short text that is neither the key nor a time: most likely the name.
fn first_text(map: &Map) -> String {
    map.entries()
        .filter(|entry| !matches!(&*entry.key.text, b"enc" | b"created_at"))
        .filter_map(|entry| text(Some(&entry.value), Place::top("")).ok())
        .find(|text| !text.is_empty() && text.len() <= 512)
        .unwrap_or_default()
}
