//! Blocks in dotenv and INI: flattened keys, one line each.

use super::super::block::{age, read_document, selector};
use super::super::text::{entry, escaped, flatten};
use super::super::{AgeKey, KeyGroup, Metadata};
use super::plan::{self, Plan, Planned};
use crate::document::attach::Layout;
use crate::document::edit::{Edit, apply};
use crate::document::{Entry, Format, Item, Leaf, Map, Node, Span, Value, ini};
use crate::secret::Plaintext;
use crate::sops::SelectorKind;

/// The block changed line by line; `None` if its shape does not allow it.
pub(super) fn edit(
    old: &[u8],
    format: Format,
    now: &Metadata,
    wanted: &Metadata,
    layout: &Layout,
) -> Option<Vec<u8>> {
    let document = read_document(old, format).ok()?;
    if !document.overwritten.is_empty() {
        return None;
    }
    let root = &document.parts.first()?.root;
    let (map, prefix): (&Map, &[u8]) = if format == Format::Dotenv {
        (root, b"sops_")
    } else {
        match root.get(b"sops")? {
            Node::Map(map) => (map, b""),
            _ => return None,
        }
    };
    let mut lines: Vec<Line<'_>> = map
        .entries()
        .map(|entry| Line::of(old, entry, prefix))
        .collect::<Option<_>>()?;
    lines.sort_by_key(|line| line.whole.start);
    let mut editor = Editor {
        text: old,
        format,
        prefix,
        line_break: if format == Format::Ini {
            layout.line_break
        } else {
            "\n"
        },
        lines,
        edits: Vec::new(),
    };
    editor.scalars(now, wanted)?;
    editor.groups(now, wanted)?;
    let new = apply(old, &mut editor.edits).ok()?;
    Some(new.expose().to_vec())
}

/// An assignment.
struct Line<'t> {
    /// Flattened, without the prefix.
    name: &'t [u8],
    key: Span,
    leaf: &'t Leaf,
    /// With the line break.
    whole: Span,
}

impl<'t> Line<'t> {
    fn of(text: &[u8], entry: &'t Entry, prefix: &[u8]) -> Option<Self> {
        let Node::Leaf(leaf) = &entry.value else {
            return None;
        };
        let end = (leaf.slot.span.end as usize).max(entry.key.span.end as usize);
        let behind = text.get(end..)?.iter().position(|byte| *byte == b'\n');
        let end = behind.map_or(text.len(), |feed| end.saturating_add(feed).saturating_add(1));
        let before = text.get(..entry.key.span.start as usize)?;
        let start = before.iter().rposition(|byte| *byte == b'\n');
        Some(Self {
            name: entry.key.text.strip_prefix(prefix)?,
            key: entry.key.span,
            leaf,
            whole: Span::new(start.map_or(0, |feed| feed.saturating_add(1)), end),
        })
    }
}

struct Editor<'t> {
    text: &'t [u8],
    format: Format,
    prefix: &'static [u8],
    line_break: &'static str,
    /// By place.
    lines: Vec<Line<'t>>,
    edits: Vec<Edit>,
}

impl Editor<'_> {
    fn scalars(&mut self, now: &Metadata, wanted: &Metadata) -> Option<()> {
        let threshold = wanted.shamir_threshold.to_string();
        let mut fields: Vec<(&str, Option<&str>)> = Vec::new();
        if now.last_modified != wanted.last_modified {
            fields.push(("lastmodified", Some(&wanted.last_modified)));
        }
        if now.mac != wanted.mac {
            fields.push(("mac", Some(&wanted.mac)));
        }
        if now.version != wanted.version && !wanted.version.is_empty() {
            fields.push(("version", Some(&wanted.version)));
        }
        if now.shamir_threshold != wanted.shamir_threshold {
            fields.push((
                "shamir_threshold",
                (wanted.shamir_threshold > 0).then_some(&*threshold),
            ));
        }
        if now.mac_only_encrypted != wanted.mac_only_encrypted {
            fields.push(("mac_only_encrypted", wanted.mac_only_encrypted.then_some("true")));
        }
        let chosen = selector(&wanted.selector, self.format);
        if chosen != selector(&now.selector, self.format) {
            for kind in SelectorKind::ALL {
                let text = chosen.filter(|(name, _)| *name == kind.name());
                fields.push((kind.name(), text.map(|(_, text)| text)));
            }
        }
        for (name, text) in fields {
            let line = self.lines.iter().find(|line| line.name == name.as_bytes());
            match (line, text) {
                (Some(line), Some(text)) => {
                    let span = line.leaf.slot.span;
                    let with = self.value(text.as_bytes())?;
                    self.edits.push(Edit::replace(span, Plaintext::new(with)));
                }
                (Some(line), None) => self.edits.push(Edit::remove(line.whole)),
                (None, Some(text)) => {
                    let at = self.place_of(name.as_bytes())?;
                    let line = self.line(name.as_bytes(), text.as_bytes())?;
                    self.insert(at, line);
                }
                (None, None) => {}
            }
        }
        Some(())
    }

    fn groups(&mut self, now: &Metadata, wanted: &Metadata) -> Option<()> {
        if now.groups == wanted.groups {
            return Some(());
        }
        let grouped = self
            .lines
            .iter()
            .any(|line| line.name.starts_with(b"key_groups__list_"));
        if now.groups.len() != wanted.groups.len() || grouped != (now.groups.len() > 1) {
            return None;
        }
        for (number, (now, wanted)) in now.groups.iter().zip(&wanted.groups).enumerate() {
            let parent = if grouped {
                format!("key_groups__list_{number}__map_")
            } else {
                String::new()
            };
            let plan = plan::age(&now.age, &wanted.age)?;
            if !plan.is_idle() {
                self.list(&format!("{parent}age"), &plan, wanted)?;
            }
            for kind in plan::kinds(now) {
                let plan = plan::other(now, wanted, kind);
                if !plan.is_idle() {
                    self.list(&format!("{parent}{}", kind.name()), &plan, wanted)?;
                }
            }
        }
        Some(())
    }

    /// The lines of the list's item at `position`, as indices.
    fn item(&self, list: &str, position: usize) -> Vec<usize> {
        let start = format!("{list}__list_{position}__map_");
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| line.name.starts_with(start.as_bytes()))
            .map(|(at, _)| at)
            .collect()
    }

    fn list(&mut self, list: &str, plan: &Plan<'_>, wanted: &KeyGroup) -> Option<()> {
        if plan.kept.is_empty() {
            return self.new_list(list, wanted);
        }
        let items: Vec<Vec<usize>> = (0..plan.kept.len()).map(|at| self.item(list, at)).collect();
        if items.iter().any(Vec::is_empty) {
            return None;
        }
        for (item, kept) in items.iter().zip(&plan.kept) {
            for line in item.iter().filter(|_| !kept).filter_map(|at| self.lines.get(*at)) {
                self.edits.push(Edit::remove(line.whole));
            }
        }
        // Where the next new item goes: before everything of the list, then behind the item before.
        let ends = |item: &[usize]| {
            item.iter()
                .filter_map(|at| Some(self.lines.get(*at)?.whole.end))
                .max()
        };
        let mut at = items
            .iter()
            .flatten()
            .filter_map(|at| Some(self.lines.get(*at)?.whole.start))
            .min()?;
        let mut inserted: Vec<(u32, Vec<u8>)> = Vec::new();
        for (position, item) in plan.items.iter().enumerate() {
            match item {
                Planned::Keep(old) | Planned::Rewrap(old, _) => {
                    let lines = items.get(*old)?;
                    at = ends(lines)?;
                    if *old != position {
                        self.edits.extend(self.renumbered(list, lines, *old, position)?);
                    }
                    if let Planned::Rewrap(_, key) = item {
                        let enc = format!("{list}__list_{old}__map_enc");
                        let line = self.lines.iter().find(|line| line.name == enc.as_bytes())?;
                        let with = self.value(key.enc.as_bytes())?;
                        self.edits
                            .push(Edit::replace(line.leaf.slot.span, Plaintext::new(with)));
                    }
                }
                Planned::New(key) => inserted.push((at, self.item_lines(list, position, key)?)),
            }
        }
        for (at, text) in inserted {
            self.insert(at, text);
        }
        Some(())
    }

    /// The list did not exist.
    fn new_list(&mut self, list: &str, wanted: &KeyGroup) -> Option<()> {
        let at = self.place_of(list.as_bytes())?;
        let mut text = Vec::new();
        for (position, key) in wanted.age.iter().enumerate() {
            text.extend(self.item_lines(list, position, key)?);
        }
        self.insert(at, text);
        Some(())
    }

    fn renumbered(&self, list: &str, lines: &[usize], old: usize, new: usize) -> Option<Vec<Edit>> {
        let (from, to) = (format!("{list}__list_{old}"), format!("{list}__list_{new}"));
        let mut edits = Vec::with_capacity(lines.len());
        for line in lines.iter().filter_map(|at| self.lines.get(*at)) {
            let behind = line.name.strip_prefix(from.as_bytes())?;
            // Quotes around a key are not worth keeping track of.
            let plain = [self.prefix, line.name].concat();
            if line.key.of(self.text) != plain {
                return None;
            }
            let key = [self.prefix, to.as_bytes(), behind].concat();
            edits.push(Edit::replace(line.key, Plaintext::new(key)));
        }
        Some(edits)
    }

    fn item_lines(&self, list: &str, position: usize, key: &AgeKey) -> Option<Vec<u8>> {
        let group = KeyGroup {
            age: vec![key.clone()],
            other: Vec::new(),
        };
        let Node::List(one) = age(&group) else {
            return None;
        };
        let mut fields = Vec::new();
        flatten(
            one.nodes().next()?,
            format!("{list}__list_{position}__map_").as_bytes(),
            &mut fields,
        );
        let mut text = Vec::new();
        for field in fields {
            if let Item::Entry(Entry {
                key,
                value:
                    Node::Leaf(Leaf {
                        value: Value::Str(value),
                        ..
                    }),
            }) = field
            {
                text.extend(self.line(&key.text, value.expose())?);
            }
        }
        Some(text)
    }

    /// Where a line of this name goes: before the first one that is greater, else behind the last one.
    fn place_of(&self, name: &[u8]) -> Option<u32> {
        let next = self.lines.iter().find(|line| line.name > name);
        next.map(|line| line.whole.start)
            .or_else(|| self.lines.last().map(|line| line.whole.end))
    }

    fn insert(&mut self, at: u32, mut text: Vec<u8>) {
        let before = self.text.get(..at as usize).unwrap_or_default();
        if !before.is_empty() && !before.ends_with(b"\n") {
            // Behind a last line without line break.
            let kept = text.len().saturating_sub(self.line_break.len());
            text.truncate(kept);
            text.splice(0..0, self.line_break.bytes());
        }
        self.edits
            .push(Edit::replace(Span { start: at, end: at }, Plaintext::new(text)));
    }

    /// An assignment; in INI its `=` stands under the others.
    fn line(&self, name: &[u8], value: &[u8]) -> Option<Vec<u8>> {
        let mut text = [self.prefix, name].concat();
        if self.format == Format::Ini {
            let width = self.lines.iter().filter_map(|line| {
                let rest = self.text.get(line.key.end as usize..)?;
                let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
                let length = line.key.end.saturating_sub(line.key.start) as usize;
                Some(length.saturating_add(blanks).saturating_sub(1))
            });
            text.resize(width.max().unwrap_or(0).max(text.len()), b' ');
            text.extend_from_slice(b" = ");
        } else {
            text.push(b'=');
        }
        text.extend(self.value(value)?);
        text.extend_from_slice(self.line_break.as_bytes());
        Some(text)
    }

    /// A value as the format spells it.
    fn value(&self, value: &[u8]) -> Option<Vec<u8>> {
        if self.format == Format::Dotenv {
            return Some(escaped(value));
        }
        let value = escaped(value);
        let text = std::str::from_utf8(&value).ok()?;
        let one = |node| Map {
            items: vec![entry(b"k", node)],
            ..Map::default()
        };
        let section = one(super::super::text::str_leaf(text));
        let root = Map {
            items: vec![entry(b"s", Node::Map(section))],
            ..Map::default()
        };
        let printed = ini::print(&root).ok()?;
        let printed = printed.expose().strip_prefix(b"[s]\nk = ")?;
        printed.strip_suffix(b"\n").map(<[u8]>::to_vec)
    }
}
