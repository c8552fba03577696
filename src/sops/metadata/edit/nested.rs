//! Blocks in YAML and JSON: fields and list entries by their spans.

use super::super::block::{age, selector, wrapped};
use super::super::text::{deeper, entry, shifted, str_leaf, with_line_break};
use super::super::weak::field;
use super::super::{AgeKey, KeyGroup, Metadata};
use super::plan::{self, Plan, Planned};
use crate::document::attach::Layout;
use crate::document::edit::{Edit, apply};
use crate::document::{Element, Entry, Format, KeyKind, Leaf, List, Map, Node, SlotKind, Span, json, yaml};
use crate::secret::Plaintext;
use crate::sops::SelectorKind;

/// The block changed by span; `None` if its shape does not allow it.
pub(super) fn edit(
    old: &[u8],
    format: Format,
    map: &Map,
    now: &Metadata,
    wanted: &Metadata,
    layout: &Layout,
) -> Option<Vec<u8>> {
    let text = wrapped(old, format);
    let braces = text.len() > old.len();
    let mut editor = Editor {
        text: &text,
        json: format != Format::Yaml,
        layout,
        step: 0,
        edits: Vec::new(),
    };
    editor.step = editor.step_of(map)?;
    editor.block(format, map, now, wanted)?;
    let new = apply(&text, &mut editor.edits).ok()?;
    let new = new.expose();
    if !braces {
        return Some(new.to_vec());
    }
    new.strip_prefix(b"{")?.strip_suffix(b"}").map(<[u8]>::to_vec)
}

struct Editor<'t> {
    text: &'t [u8],
    json: bool,
    layout: &'t Layout,
    /// YAML: columns per level.
    step: usize,
    edits: Vec<Edit>,
}

impl Editor<'_> {
    fn block(&mut self, format: Format, map: &Map, now: &Metadata, wanted: &Metadata) -> Option<()> {
        let mut scalars: Vec<(&str, Option<Token<'_>>)> = Vec::new();
        if now.last_modified != wanted.last_modified {
            scalars.push(("lastmodified", Some(Token::Quoted(&wanted.last_modified))));
        }
        if now.mac != wanted.mac {
            scalars.push(("mac", Some(Token::Plain(&wanted.mac))));
        }
        if now.version != wanted.version && !wanted.version.is_empty() {
            scalars.push(("version", Some(Token::Plain(&wanted.version))));
        }
        let threshold = wanted.shamir_threshold.to_string();
        if now.shamir_threshold != wanted.shamir_threshold {
            let token = (wanted.shamir_threshold > 0).then_some(Token::Word(&threshold));
            scalars.push(("shamir_threshold", token));
        }
        if now.mac_only_encrypted != wanted.mac_only_encrypted {
            let token = wanted.mac_only_encrypted.then_some(Token::Word("true"));
            scalars.push(("mac_only_encrypted", token));
        }
        let chosen = selector(&wanted.selector, format);
        if format != Format::Binary && chosen != selector(&now.selector, format) {
            for kind in SelectorKind::ALL {
                let token = chosen.filter(|(name, _)| *name == kind.name());
                scalars.push((kind.name(), token.map(|(_, text)| Token::Text(text))));
            }
        }
        for (name, token) in scalars {
            match token {
                Some(token) => self.set(map, name, &token)?,
                None => self.unset(map, name)?,
            }
        }
        self.groups(map, now, wanted)
    }

    fn groups(&mut self, map: &Map, now: &Metadata, wanted: &Metadata) -> Option<()> {
        if now.groups == wanted.groups {
            return Some(());
        }
        if let ([now], [wanted]) = (&now.groups[..], &wanted.groups[..])
            && field(map, "key_groups").is_none()
        {
            return self.group(map, now, wanted);
        }
        // Flat lists beside the groups, and another number of groups, are not edited in place.
        let Some(Node::List(list)) = field(map, "key_groups") else {
            return None;
        };
        if now.groups.len() != wanted.groups.len() || list.nodes().count() != now.groups.len() {
            return None;
        }
        for ((node, now), wanted) in list.nodes().zip(&now.groups).zip(&wanted.groups) {
            let Node::Map(map) = node else { return None };
            self.group(map, now, wanted)?;
        }
        Some(())
    }

    fn group(&mut self, map: &Map, now: &KeyGroup, wanted: &KeyGroup) -> Option<()> {
        let plan = plan::age(&now.age, &wanted.age)?;
        if !plan.is_idle() {
            self.list(map, "age", &plan, wanted)?;
        }
        for kind in plan::kinds(now) {
            let plan = plan::other(now, wanted, kind);
            if !plan.is_idle() {
                self.list(map, kind.name(), &plan, wanted)?;
            }
        }
        Some(())
    }

    fn list(&mut self, map: &Map, name: &str, plan: &Plan<'_>, wanted: &KeyGroup) -> Option<()> {
        if !plan.kept.contains(&true) {
            // Nothing of the list stays.
            let added = plan.items.iter().any(|item| matches!(item, Planned::New(_)));
            return match (added, field(map, name)) {
                (false, _) => self.unset(map, name),
                (true, None) => self.insert(map, name, &age(wanted)),
                (true, Some(_)) => {
                    let old = entry_of(map, name)?;
                    self.replace(map, old, &age(wanted))
                }
            };
        }
        let Some(Node::List(list)) = field(map, name) else {
            return None;
        };
        if list.items.iter().any(|item| matches!(item, Element::Comment(_))) {
            return None;
        }
        let nodes: Vec<&Node> = list.nodes().collect();
        if nodes.len() != plan.kept.len() {
            return None;
        }
        let extents: Vec<Span> = nodes.iter().map(|node| self.item(node)).collect::<Option<_>>()?;
        self.remove_items(&extents, &plan.kept);
        let mut before: Option<usize> = None;
        for item in &plan.items {
            match item {
                Planned::Keep(place) => before = Some(*place),
                Planned::Rewrap(place, key) => {
                    before = Some(*place);
                    let Some(Node::Map(map)) = nodes.get(*place) else {
                        return None;
                    };
                    self.rewrap(map, key)?;
                }
                Planned::New(key) => {
                    let model = before.or_else(|| plan.kept.iter().position(|kept| *kept))?;
                    self.add_item(list, &extents, model, before.is_some(), key)?;
                }
            }
        }
        Some(())
    }

    /// The text of a list's item: in YAML its lines from the `-` on with the last line break.
    fn item(&self, node: &Node) -> Option<Span> {
        let Node::Map(map) = node else { return None };
        if self.json {
            return Some(map.span);
        }
        if map.flow {
            return None;
        }
        let start = self.line_start(map.span.start as usize);
        let dash = self.text.get(start..map.span.start as usize)?.trim_ascii();
        let end = self.line_end(super::super::locate::end_of(node) as usize)?;
        (dash == b"-").then(|| Span::new(start, end))
    }

    /// Takes items out, together with what parts them from their neighbours.
    fn remove_items(&mut self, extents: &[Span], kept: &[bool]) {
        let last_kept = kept.iter().rposition(|kept| *kept);
        let mut at = 0;
        while at < extents.len() {
            if kept.get(at) == Some(&true) {
                at = at.saturating_add(1);
                continue;
            }
            let run = kept.iter().skip(at).take_while(|kept| !**kept).count();
            let behind = at.saturating_add(run);
            let first = extents.get(at).copied().unwrap_or_default();
            let last = extents.get(behind.saturating_sub(1)).copied().unwrap_or_default();
            let before = at.checked_sub(1).and_then(|at| extents.get(at));
            let span = match (self.json, extents.get(behind), before) {
                (true, Some(next), _) if last_kept > Some(at) => Span {
                    start: first.start,
                    end: next.start,
                },
                (true, _, Some(before)) => Span {
                    start: before.end,
                    end: last.end,
                },
                _ => Span {
                    start: first.start,
                    end: last.end,
                },
            };
            self.edits.push(Edit::remove(span));
            at = behind;
        }
    }

    fn rewrap(&mut self, map: &Map, key: &AgeKey) -> Option<()> {
        let Some(Node::Leaf(leaf)) = field(map, "enc") else {
            return None;
        };
        let parent = map.entries().next()?.key.span.start as usize;
        let slot = leaf.slot;
        if slot.aliased || slot.tag.is_some() {
            return None;
        }
        let with = match slot.kind {
            SlotKind::JsonString => json_text(&key.enc)?,
            // The body stands below the column of the field, as the printer puts it.
            SlotKind::Literal | SlotKind::DoubleQuoted => {
                let column = self.column(parent);
                let mut map = Map::default();
                map.items.push(entry(b"enc", str_leaf(&key.enc)));
                let printed = yaml::print_node(&list_of(map), self.step).ok()?;
                let value = printed.expose().strip_prefix(b"- enc: ")?;
                let value = value.strip_suffix(b"\n")?;
                let indent = vec![b' '; column.checked_sub(2)?];
                with_line_break(&deeper(value, &indent), self.layout.line_break)
            }
            _ => return None,
        };
        self.edits.push(Edit::replace(slot.span, Plaintext::new(with)));
        Some(())
    }

    /// Puts a new item behind the one at `model`, or before it.
    fn add_item(
        &mut self,
        list: &List,
        extents: &[Span],
        model: usize,
        behind: bool,
        key: &AgeKey,
    ) -> Option<()> {
        let extent = extents.get(model).copied()?;
        let group = KeyGroup {
            age: vec![key.clone()],
            other: Vec::new(),
        };
        if !self.json {
            let start = extent.start as usize;
            let column = self
                .text
                .get(start..)?
                .iter()
                .take_while(|byte| **byte == b' ')
                .count();
            let printed = yaml::print_node(&age(&group), self.step).ok()?;
            let text = shifted(printed.expose(), column);
            let text = with_line_break(&text, self.layout.line_break);
            let at = if behind { extent.end } else { extent.start };
            if behind && !self.text.get(..at as usize)?.ends_with(b"\n") {
                return None;
            }
            self.edits
                .push(Edit::replace(Span { start: at, end: at }, Plaintext::new(text)));
            return Some(());
        }
        let Node::List(one) = age(&group) else {
            return None;
        };
        let node = one.nodes().next()?;
        let open = (list.span.start as usize).saturating_add(1);
        let first = extents.first()?.start as usize;
        let gap = self.text.get(open..first)?;
        let text = self.json_node(node, gap)?;
        let (at, text) = if behind {
            (extent.end, [b",", gap, &text].concat())
        } else {
            (extent.start, [&text, &b","[..], gap].concat())
        };
        self.edits
            .push(Edit::replace(Span { start: at, end: at }, Plaintext::new(text)));
        Some(())
    }

    /// Gives a field this value.
    fn set(&mut self, map: &Map, name: &str, token: &Token<'_>) -> Option<()> {
        let Some(node) = field(map, name) else {
            return self.insert(map, name, &token.node());
        };
        let Node::Leaf(leaf) = node else { return None };
        let with = self.token(leaf, token)?;
        self.edits
            .push(Edit::replace(leaf.slot.span, Plaintext::new(with)));
        Some(())
    }

    fn token(&self, leaf: &Leaf, token: &Token<'_>) -> Option<Vec<u8>> {
        if leaf.slot.aliased || leaf.slot.tag.is_some() {
            return None;
        }
        if self.json {
            let printed = json::print_node(&token.node(), json::Indent::Compact).ok()?;
            return Some(printed.expose().to_vec());
        }
        let plain = match leaf.slot.kind {
            SlotKind::SingleQuoted => Some('\''),
            SlotKind::DoubleQuoted => Some('"'),
            SlotKind::Plain => None,
            _ => return None,
        };
        let text = token.text();
        let safe = !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"[]_:,.+/=-".contains(&byte));
        match (plain, token) {
            (Some(quote), _) if safe => Some(format!("{quote}{text}{quote}").into_bytes()),
            (None, Token::Plain(_)) if safe && !leaf.slot.flow => Some(text.as_bytes().to_vec()),
            _ => {
                let printed = yaml::print_node(&token.node(), 4).ok()?;
                let printed = printed.expose().strip_suffix(b"\n")?;
                let one_line = !printed.contains(&b'\n') && !leaf.slot.flow;
                one_line.then(|| printed.to_vec())
            }
        }
    }

    /// Adds a field in its alphabetical place.
    fn insert(&mut self, map: &Map, name: &str, node: &Node) -> Option<()> {
        let next = map.entries().find(|entry| *entry.key.text > *name.as_bytes());
        let first = map.entries().next()?;
        if self.json {
            let open = (map.span.start as usize).saturating_add(1);
            let gap = self.text.get(open..first.key.span.start as usize)?;
            let value = self.json_node(node, gap)?;
            let member = [b"\"", name.as_bytes(), b"\"", self.colon(first)?, &value].concat();
            let (at, text) = if let Some(next) = next {
                (next.key.span.start, [&member, &b","[..], gap].concat())
            } else {
                let last = map.entries().last()?;
                let end = super::super::locate::end_of(&last.value);
                (end, [b",", gap, &member].concat())
            };
            self.edits
                .push(Edit::replace(Span { start: at, end: at }, Plaintext::new(text)));
            return Some(());
        }
        if map.flow {
            return None;
        }
        let text = self.field_lines(map, name.as_bytes(), node)?;
        let at = match next {
            Some(next) => self.own_line(next)?.start,
            None => self.own_line(map.entries().last()?)?.end,
        };
        if !self.text.get(..at as usize)?.ends_with(b"\n") {
            return None;
        }
        self.edits
            .push(Edit::replace(Span { start: at, end: at }, Plaintext::new(text)));
        Some(())
    }

    /// The lines of a field of this map.
    fn field_lines(&self, map: &Map, name: &[u8], node: &Node) -> Option<Vec<u8>> {
        let first = map.entries().next()?.key.span.start as usize;
        let column = self.column(first);
        let lead = self.text.get(self.line_start(first)..first)?;
        let mut field = Map::default();
        field.items.push(entry(name, copy(node)));
        let text = if lead.contains(&b'-') {
            // As an item of a list: what is below such a field is moved less.
            let printed = yaml::print_node(&list_of(field), self.step).ok()?;
            let mut text = shifted(printed.expose(), column.checked_sub(2)?);
            *text.get_mut(column.checked_sub(2)?)? = b' ';
            text
        } else {
            let printed = yaml::print_map(&field, self.step).ok()?;
            shifted(printed.expose(), column)
        };
        Some(with_line_break(&text, self.layout.line_break))
    }

    /// What parts a key from its value.
    fn colon(&self, entry: &Entry) -> Option<&[u8]> {
        let rest = self.text.get(entry.key.span.end as usize..)?;
        let length = rest
            .iter()
            .take_while(|byte| matches!(byte, b':' | b' ' | b'\t'))
            .count();
        rest.get(..length)
    }

    /// Puts another list into a field.
    fn replace(&mut self, map: &Map, old: &Entry, node: &Node) -> Option<()> {
        let first = map.entries().next()?;
        let end = super::super::locate::end_of(&old.value);
        if self.json {
            let open = (map.span.start as usize).saturating_add(1);
            let gap = self.text.get(open..first.key.span.start as usize)?;
            let text = self.json_node(node, gap)?;
            let colon = self.colon(old)?.len();
            let start = (old.key.span.end as usize).saturating_add(colon);
            let span = Span::new(start, end as usize);
            self.edits.push(Edit::replace(span, Plaintext::new(text)));
            return Some(());
        }
        let lines = self.own_line(old)?;
        // The first entry of a list's item stands behind the dash.
        let lead = self.text.get(lines.start as usize..old.key.span.start as usize)?;
        let text = self.field_lines(map, &old.key.text, node)?;
        let text = [lead, text.get(lead.len()..)?].concat();
        self.edits.push(Edit::replace(lines, Plaintext::new(text)));
        Some(())
    }

    fn unset(&mut self, map: &Map, name: &str) -> Option<()> {
        let Some(entry) = entry_of(map, name) else {
            return Some(());
        };
        if !self.json {
            if map.flow {
                return None;
            }
            let span = self.own_line(entry)?;
            let lead = self
                .text
                .get(span.start as usize..entry.key.span.start as usize)?;
            if lead.contains(&b'-') {
                return None;
            }
            self.edits.push(Edit::remove(span));
            return Some(());
        }
        let entries: Vec<_> = map.entries().collect();
        let at = entries
            .iter()
            .position(|other| other.key.span == entry.key.span)?;
        let end = super::super::locate::end_of(&entry.value);
        let span = match (entries.get(at.saturating_add(1)), at.checked_sub(1)) {
            (Some(next), _) => Span {
                start: entry.key.span.start,
                end: next.key.span.start,
            },
            (None, Some(before)) => Span {
                start: super::super::locate::end_of(&entries.get(before)?.value),
                end,
            },
            (None, None) => return None,
        };
        self.edits.push(Edit::remove(span));
        Some(())
    }

    /// YAML: the lines of an entry with the last line break.
    fn own_line(&self, entry: &Entry) -> Option<Span> {
        if entry.key.kind != KeyKind::Str {
            return None;
        }
        let start = self.line_start(entry.key.span.start as usize);
        let lead = self.text.get(start..entry.key.span.start as usize)?;
        if !lead.iter().all(|byte| matches!(byte, b' ' | b'-')) {
            return None;
        }
        let end = super::super::locate::end_of(&entry.value).max(entry.key.span.end);
        Some(Span::new(start, self.line_end(end as usize)?))
    }

    /// YAML: columns per level of this block.
    fn step_of(&self, map: &Map) -> Option<usize> {
        if self.json {
            return Some(0);
        }
        let first = map.entries().next()?.key.span.start as usize;
        let blanks = self.text.iter().take_while(|byte| **byte == b' ').count();
        let step = self.column(first).saturating_sub(blanks);
        Some(if (2..=9).contains(&step) {
            step
        } else {
            self.layout.step
        })
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let feed = before.iter().rposition(|byte| *byte == b'\n');
        feed.map_or(0, |feed| feed.saturating_add(1))
    }

    /// Behind the line break of the line on which the text ends at `at`; `None` if more than blanks follows there.
    fn line_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let feed = rest.iter().position(|byte| *byte == b'\n');
        let line = rest.get(..feed.unwrap_or(rest.len()))?;
        let clean = line.iter().all(|byte| matches!(byte, b' ' | b'\r'));
        let length = feed.map_or(rest.len(), |feed| feed.saturating_add(1));
        clean.then(|| at.saturating_add(length))
    }

    fn column(&self, at: usize) -> usize {
        at.saturating_sub(self.line_start(at))
    }

    /// A value that stands behind this gap: the line break in it, if there is one, goes before inner lines.
    fn json_node(&self, node: &Node, gap: &[u8]) -> Option<Vec<u8>> {
        let Some(feed) = gap.iter().rposition(|byte| *byte == b'\n') else {
            let printed = json::print_node(node, json::Indent::Compact).ok()?;
            return Some(printed.expose().to_vec());
        };
        let lead = gap.get(feed.saturating_add(1)..)?;
        let printed = json::print_node(node, self.layout.indent).ok()?;
        Some(with_line_break(
            &deeper(printed.expose(), lead),
            self.layout.line_break,
        ))
    }
}

fn json_text(text: &str) -> Option<Vec<u8>> {
    let printed = json::print_node(&str_leaf(text), json::Indent::Compact).ok()?;
    Some(printed.expose().to_vec())
}

/// A scalar's text and how sops writes it.
enum Token<'v> {
    /// Always in quotes.
    Quoted(&'v str),
    /// Never in need of quotes.
    Plain(&'v str),
    /// Any text.
    Text(&'v str),
    /// A number or truth value.
    Word(&'v str),
}

impl Token<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Quoted(text) | Self::Plain(text) | Self::Text(text) | Self::Word(text) => text,
        }
    }

    fn node(&self) -> Node {
        use super::super::text::{bool_leaf, int_leaf};
        match self {
            Self::Word(text) => match text.parse() {
                Ok(number) => int_leaf(number),
                Err(_) => bool_leaf(true),
            },
            _ => str_leaf(self.text()),
        }
    }
}

/// The entry whose value [`field`] gives.
fn entry_of<'m>(map: &'m Map, name: &str) -> Option<&'m Entry> {
    let node = field(map, name)?;
    map.entries()
        .find(|entry| std::ptr::eq(&raw const entry.value, node))
}

fn list_of(map: Map) -> Node {
    Node::List(List {
        items: vec![Element::Node(Node::Map(map))],
        ..List::default()
    })
}

/// A copy of a tree that was made for printing: texts and collections.
fn copy(node: &Node) -> Node {
    match node {
        Node::Leaf(leaf) => super::super::text::duplicate(leaf),
        Node::Map(map) => Node::Map(Map {
            items: map
                .entries()
                .map(|item| entry(&item.key.text, copy(&item.value)))
                .collect(),
            ..Map::default()
        }),
        Node::List(list) => Node::List(List {
            items: list.nodes().map(|node| Element::Node(copy(node))).collect(),
            ..List::default()
        }),
    }
}
