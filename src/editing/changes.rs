//! What an edit changed, by key path and never by value (R-E10).

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};

use crate::document::{Document, Value};
use crate::sops::walk::{MacScope, What, walk};
use crate::sops::{KeyPath, Selector};

/// Two documents compared. Lists are compared whole: their items have the path of the list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Values that differ.
    pub(crate) changed: Vec<KeyPath>,
    /// Paths that are new.
    pub(crate) added: Vec<KeyPath>,
    /// Paths that are gone.
    pub(crate) removed: Vec<KeyPath>,
    /// Values that were encrypted and would be in clear text.
    pub(crate) becomes_clear: Vec<KeyPath>,
    /// Comments differ.
    pub(crate) comments: bool,
}

impl Changes {
    /// Whether values, their paths and comments are all the same.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every path that is changed, added or removed.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &KeyPath> {
        self.changed.iter().chain(&self.added).chain(&self.removed)
    }
}

/// Digests live no longer than the comparison and are never shown.
#[derive(PartialEq, Eq)]
struct Held {
    digest: [u8; 32],
    selected: bool,
    empty: bool,
}

type Leaves = BTreeMap<(usize, Vec<Box<[u8]>>), Vec<Held>>;

/// Compares what was with what is to be. `None`: there was nothing.
pub(crate) fn compare(
    old: Option<(&Document, &Selector)>,
    new: (&Document, &Selector),
) -> Result<Changes, crate::sops::walk::WalkError> {
    let (before, comments_before) = match old {
        Some((document, selector)) => leaves(document, selector)?,
        None => (Leaves::new(), Vec::new()),
    };
    let (after, comments_after) = leaves(new.0, new.1)?;
    let mut changes = Changes {
        comments: comments_before != comments_after,
        ..Changes::default()
    };
    let hidden: HashSet<[u8; 32]> = before
        .values()
        .flatten()
        .filter(|one| one.selected)
        .map(|one| one.digest)
        .collect();
    let path = |(document, keys): &(usize, Vec<Box<[u8]>>)| KeyPath {
        document: *document,
        keys: keys.clone(),
    };
    for (key, held) in &after {
        let earlier = before.get(key);
        match earlier {
            None => changes.added.push(path(key)),
            Some(earlier)
                if earlier
                    .iter()
                    .map(|one| one.digest)
                    .ne(held.iter().map(|one| one.digest)) =>
            {
                changes.changed.push(path(key));
            }
            Some(_) => {}
        }
        let was_hidden = earlier.is_some_and(|earlier| earlier.iter().any(|one| one.selected && !one.empty));
        // A value that moved under a key in clear text was hidden somewhere else.
        let hidden_elsewhere = |one: &Held| earlier.is_none() && hidden.contains(&one.digest);
        if held
            .iter()
            .any(|one| !one.selected && !one.empty && (was_hidden || hidden_elsewhere(one)))
        {
            changes.becomes_clear.push(path(key));
        }
    }
    changes.removed = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .map(path)
        .collect();
    Ok(changes)
}

fn leaves(
    document: &Document,
    selector: &Selector,
) -> Result<(Leaves, Vec<[u8; 32]>), crate::sops::walk::WalkError> {
    let mut leaves = Leaves::new();
    let mut comments = Vec::new();
    walk(document, selector, MacScope::All, &mut |visit| match visit.what {
        What::Comment(comment) => comments.push(Sha256::digest(comment.text.expose()).into()),
        What::Leaf(leaf) => {
            let keys = visit.path.iter().map(|key| Box::from(*key)).collect();
            leaves
                .entry((visit.document, keys))
                .or_default()
                .push(held(&leaf.value, visit.selected));
        }
    })?;
    Ok((leaves, comments))
}

fn held(value: &Value, selected: bool) -> Held {
    let mut hash = Sha256::new();
    match value {
        Value::Null => hash.update(b"n"),
        Value::Str(text) => {
            hash.update(b"s");
            hash.update(text.expose());
        }
        Value::Int(number) => hash.update([b"i".as_slice(), &number.to_le_bytes()].concat()),
        Value::Uint(number) => hash.update([b"u".as_slice(), &number.to_le_bytes()].concat()),
        Value::Float(number) => hash.update([b"f".as_slice(), &number.to_bits().to_le_bytes()].concat()),
        Value::Bool(truth) => hash.update([b'b', u8::from(*truth)]),
        Value::Time(time) => {
            hash.update(b"t");
            hash.update(time.as_str());
        }
    }
    let empty = match value {
        Value::Null => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    };
    Held {
        digest: hash.finalize().into(),
        selected,
        empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Limits, yaml};
    use crate::sops::SelectorKind;

    fn changes(old: &str, new: &str) -> Changes {
        let selector = Selector::stored(SelectorKind::UnencryptedSuffix, "_clear");
        let read = |text: &str| yaml::read(text.as_bytes(), &Limits::STANDARD).unwrap();
        compare(Some((&read(old), &selector)), (&read(new), &selector)).unwrap()
    }

    fn names(paths: &[KeyPath]) -> Vec<String> {
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn changed_added_and_removed_paths_are_named() {
        let found = changes(
            "a: 1\nb: {c: x, d: y}\nl: [1, 2]\n",
            "b: {c: x, d: z}\nl: [1, 3]\nn: 5\n",
        );
        assert_eq!(names(&found.changed), ["[\"b\"][\"d\"]", "[\"l\"]"]);
        assert_eq!(names(&found.added), ["[\"n\"]"]);
        assert_eq!(names(&found.removed), ["[\"a\"]"]);
        assert!(!found.comments);
        assert!(changes("a: 1 # x\n", "a: 1 # y\n").comments);
        assert!(changes("a: 1\n", "a:    0x1\n").is_empty());
        assert_eq!(changes("a: 1\n", "a: '1'\n").changed.len(), 1);
    }

    #[test]
    fn r_e10_values_that_would_become_clear_are_named() {
        let found = changes("a: secret\nb: [1]\n", "a_clear: secret\nb: [1]\n");
        assert_eq!(names(&found.becomes_clear), ["[\"a_clear\"]"]);
        assert!(changes("a: ''\n", "a_clear: ''\n").becomes_clear.is_empty());
        assert!(
            changes("a_clear: 1\n", "a_clear: 2\nb: 3\n")
                .becomes_clear
                .is_empty()
        );
    }
}
