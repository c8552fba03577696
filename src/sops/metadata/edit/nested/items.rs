//! Entries of the lists of recipients: taken out, put in, wrapped anew.

use super::super::plan::{Plan, Planned};
use super::fields::entry_of;
use super::token::compact;
use super::{Editor, list_of};
use crate::document::edit::Edit;
use crate::document::{Element, List, Map, Node, SlotKind, Span, yaml};
use crate::sops::metadata::block::age;
use crate::sops::metadata::locate::end_of;
use crate::sops::metadata::text::{deeper, entry, shifted, str_leaf, with_line_break};
use crate::sops::metadata::weak::field;
use crate::sops::metadata::{AgeKey, KeyGroup};

impl Editor<'_> {
    pub(super) fn list(&mut self, map: &Map, name: &str, plan: &Plan<'_>, wanted: &KeyGroup) -> Option<()> {
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
        let end = self.line_end(end_of(node) as usize)?;
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
            SlotKind::JsonString => compact(&str_leaf(&key.enc))?,
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
        self.put(slot.span, with);
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
            if behind && !matches!(self.text.get(..at as usize)?.last(), Some(b'\n' | b'\r')) {
                return None;
            }
            self.insert_at(at, text);
            return Some(());
        }
        let Node::List(one) = age(&group) else {
            return None;
        };
        let node = one.nodes().next()?;
        let gap = self.gap(list.span, *extents.first()?)?;
        let text = self.json_node(node, gap)?;
        let (at, text) = if behind {
            (extent.end, [b",", gap, &text].concat())
        } else {
            (extent.start, [&text, &b","[..], gap].concat())
        };
        self.insert_at(at, text);
        Some(())
    }
}
