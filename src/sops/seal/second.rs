//! The second reading: what the text with placeholders says about comments decides, not what the plain text said.
//!
//! Which map or list a comment belongs to depends on what follows it, and the metadata follows everything
//! (documents.md §6.1).

use super::plan::each_stop_and_lost;
use super::plan::{Placeholders, Plan, span_of};
use crate::document::fill::Stop;
use crate::document::{Comment, Document, Element, Item, Map, Node, Span, Value};

/// The stops of the second reading with those of the first.
pub(super) struct Second {
    /// For each stop of the second reading, the number of the one in the first that it is.
    pub(super) first: Vec<usize>,
    /// Where each stop stands in the second text.
    pub(super) spans: Vec<Span>,
    /// How many of them are comments that sops does not see.
    lost: usize,
}

impl Second {
    /// Finds every stop of `plan` in `document`; puts the plaintext back into the comments, because selectors look at
    /// it. If something was lost, moved or is not what it was, the error is its place in the plain text.
    pub(super) fn of(
        document: &mut Document,
        plan: &Plan<'_>,
        placeholders: &Placeholders,
    ) -> Result<Self, Option<u32>> {
        let Some(first) = matching(document, plan) else {
            return Err(first_lost(document, plan, placeholders));
        };
        let mut spans = Vec::with_capacity(first.len());
        let mut found = true;
        let mut numbers = first.iter();
        each_stop_and_lost(document, &mut |stop| {
            spans.push(span_of(&stop));
            let Some(number) = numbers.next() else {
                found = false;
                return;
            };
            if plan.sealed.get(*number) == Some(&true) {
                let text = match &stop {
                    Stop::Leaf(leaf) => match &leaf.value {
                        Value::Str(text) => text.expose(),
                        _ => &[],
                    },
                    Stop::Comment(comment) => comment.text.expose(),
                };
                found &= placeholders.is(*number, text);
            }
        });
        if !found || numbers.next().is_some() {
            return Err(first_lost(document, plan, placeholders));
        }
        let mut numbers = first.iter();
        for part in &mut document.parts {
            restore(&mut part.root, &mut numbers, plan);
        }
        for comment in &mut document.lost {
            restore_comment(comment, &mut numbers, plan);
        }
        let lost = document.lost.len();
        Ok(Self { first, spans, lost })
    }

    /// The first comment that sops does not see in this text though it does in the plain one, where it does not see so
    /// many: another comment takes its place there.
    pub(super) fn forgotten(&self, plan: &Plan<'_>, lost: usize) -> Option<usize> {
        let seen = plan.stops.len().saturating_sub(lost);
        let from = self.first.len().saturating_sub(self.lost);
        let numbers = self.first.get(from..).unwrap_or_default();
        numbers.iter().copied().filter(|number| *number < seen).min()
    }
}

/// Where the first sealed leaf stands in the plain text that is not read back; if all are, the first such comment.
fn first_lost(document: &Document, plan: &Plan<'_>, placeholders: &Placeholders) -> Option<u32> {
    let (mut leaves, mut comments) = (Vec::new(), Vec::new());
    each_stop_and_lost(document, &mut |stop| match stop {
        Stop::Leaf(leaf) => leaves.push(leaf),
        Stop::Comment(comment) => comments.push(comment),
    });
    comments.sort_by_key(|comment| comment.span.start);
    let (mut leaves, mut last) = (leaves.into_iter(), None);
    let mut wanted = Vec::new();
    for (number, stop) in plan.stops.iter().enumerate() {
        match stop {
            Stop::Leaf(_) => {
                last = Some(span_of(stop).start);
                let found = match leaves.next().map(|leaf| &leaf.value) {
                    Some(Value::Str(text)) => placeholders.is(number, text.expose()),
                    other => other.is_some() && !plan.is_sealed(number),
                };
                if plan.is_sealed(number) && !found {
                    return last;
                }
            }
            Stop::Comment(comment) => wanted.push((comment.span.start, number)),
        }
    }
    if leaves.next().is_some() {
        return last;
    }
    wanted.sort_unstable();
    let mut comments = comments.into_iter();
    let missing = wanted.into_iter().find(|(_, number)| {
        let found = comments.next();
        plan.is_sealed(*number)
            && !found.is_some_and(|comment| placeholders.is(*number, comment.text.expose()))
    });
    missing.map(|(start, _)| start)
}

/// Leaves keep their order; comments are matched by where they stand, because a comment may be visited elsewhere.
fn matching(document: &Document, plan: &Plan<'_>) -> Option<Vec<usize>> {
    let mut first = Halves::default();
    for (number, stop) in plan.stops.iter().enumerate() {
        first.add(number, stop);
    }
    let (mut second, mut count) = (Halves::default(), 0_usize);
    each_stop_and_lost(document, &mut |stop| {
        second.add(count, &stop);
        count = count.saturating_add(1);
    });
    first.comments.sort_by_key(|(place, _)| *place);
    second.comments.sort_by_key(|(place, _)| *place);
    if first.leaves.len() != second.leaves.len() || first.comments.len() != second.comments.len() {
        return None;
    }
    let mut numbers = vec![0; count];
    let pairs = second
        .leaves
        .iter()
        .zip(&first.leaves)
        .map(|(to, from)| (*to, *from));
    let comments = second.comments.iter().zip(&first.comments);
    for (to, from) in pairs.chain(comments.map(|(to, from)| (to.1, from.1))) {
        *numbers.get_mut(to)? = from;
    }
    Some(numbers)
}

#[derive(Default)]
struct Halves {
    leaves: Vec<usize>,
    comments: Vec<(u32, usize)>,
}

impl Halves {
    fn add(&mut self, number: usize, stop: &Stop<'_>) {
        match stop {
            Stop::Leaf(_) => self.leaves.push(number),
            Stop::Comment(comment) => self.comments.push((comment.span.start, number)),
        }
    }
}

fn restore<'n>(map: &mut Map, numbers: &mut impl Iterator<Item = &'n usize>, plan: &Plan<'_>) {
    for item in &mut map.items {
        match item {
            Item::Comment(comment) => restore_comment(comment, numbers, plan),
            Item::Entry(entry) => restore_node(&mut entry.value, numbers, plan),
        }
    }
}

fn restore_node<'n>(node: &mut Node, numbers: &mut impl Iterator<Item = &'n usize>, plan: &Plan<'_>) {
    match node {
        Node::Leaf(_) => {
            numbers.next();
        }
        Node::Map(map) => restore(map, numbers, plan),
        Node::List(list) => {
            for element in &mut list.items {
                match element {
                    Element::Comment(comment) => restore_comment(comment, numbers, plan),
                    Element::Node(node) => restore_node(node, numbers, plan),
                }
            }
        }
    }
}

fn restore_comment<'n>(
    comment: &mut Comment,
    numbers: &mut impl Iterator<Item = &'n usize>,
    plan: &Plan<'_>,
) {
    if let Some(number) = numbers.next() {
        comment.text = plan.comment_text(*number).into();
    }
}
