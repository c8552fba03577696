//! What becomes of each secret and template: its bytes with their owner, or why there are none.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use super::host::Host;
use super::judge::Outcome;
use super::manifest::{EmptyValue, Manifest, Secret, Template, TemplateText};
use super::open;
use super::payload::{Kind, Payload};
use super::plan::{Ownership, Plan};
use super::report::Note;
use super::target_fault::TargetFault;
use super::template::{Placeholders, TooMany};
use crate::os::input;
use crate::secret::Plaintext;

/// Bytes that all secrets and templates may have together (R-V07).
pub(crate) const LARGEST_SUM: usize = 64 << 20;
/// Largest text of a template, in bytes.
pub(crate) const LARGEST_TEXT: u64 = 16 << 20;

/// The secrets, then the templates, in the manifest's order.
pub(crate) fn outcomes<'plan>(plan: &'plan Plan, host: &Host, notes: &mut Vec<Note>) -> Vec<Outcome<'plan>> {
    let manifest = &plan.manifest;
    let values = open::values(manifest, host, notes);
    let mut outcomes: Vec<Outcome<'plan>> = Vec::with_capacity(values.len());
    for ((secret, ownership), value) in manifest.secrets.iter().zip(&plan.secret_owners).zip(values) {
        let outcome = value.and_then(|content| secret_payload(secret, ownership, content, notes));
        outcomes.push(outcome.map_err(|fault| (Kind::Secret.object(&secret.target), fault)));
    }
    let rendered: Vec<Outcome<'plan>> = {
        let values = Values::of(manifest, &outcomes);
        let owned = manifest.templates.iter().zip(&plan.template_owners);
        let rendered = owned.map(|(template, ownership)| {
            template_payload(template, ownership, &values)
                .map_err(|fault| (Kind::Template.object(&template.target), fault))
        });
        rendered.collect()
    };
    outcomes.extend(rendered);
    limit_sum(&mut outcomes);
    outcomes
}

fn secret_payload<'plan>(
    secret: &'plan Secret,
    ownership: &Ownership,
    content: Plaintext,
    notes: &mut Vec<Note>,
) -> Result<Payload<'plan>, TargetFault> {
    let owner = ownership.clone()?;
    if content.is_empty() {
        match secret.empty {
            EmptyValue::Refused => return Err(TargetFault::Empty),
            EmptyValue::Warned => notes.push(Note::Empty(Kind::Secret.object(&secret.target))),
            EmptyValue::Allowed => {}
        }
    }
    Ok(Payload {
        kind: Kind::Secret,
        target: &secret.target,
        owner,
        content,
    })
}

/// What is put into templates.
struct Values<'a, 'plan> {
    placeholders: Result<Placeholders<'a>, Rc<TooMany>>,
    by_name: HashMap<&'a str, &'a Outcome<'plan>>,
}

impl<'a, 'plan> Values<'a, 'plan> {
    fn of(manifest: &'a Manifest, outcomes: &'a [Outcome<'plan>]) -> Self {
        let names = || manifest.secrets.iter().map(|secret| secret.target.name.as_str());
        Self {
            placeholders: Placeholders::new(&manifest.placeholders, names()).map_err(Rc::new),
            by_name: names().zip(outcomes).collect(),
        }
    }

    fn value(&self, name: &str) -> Option<&'a Plaintext> {
        let outcome = self.by_name.get(name)?;
        outcome.as_ref().ok().map(|payload| &payload.content)
    }
}

fn template_payload<'plan>(
    template: &'plan Template,
    ownership: &Ownership,
    values: &Values<'_, 'plan>,
) -> Result<Payload<'plan>, TargetFault> {
    let owner = ownership.clone()?;
    let text = match &template.text {
        TemplateText::Content(text) => Cow::Borrowed(text.as_bytes()),
        TemplateText::File(file) => {
            let read = input::regular_file(file.as_path(), LARGEST_TEXT);
            let fault = |source| TargetFault::TemplateFile {
                file: file.clone(),
                source: Rc::new(source),
            };
            Cow::Owned(read.map_err(fault)?.bytes)
        }
    };
    let placeholders = values.placeholders.as_ref();
    let placeholders = placeholders.map_err(|fault| TargetFault::Placeholders(fault.clone()))?;
    let content = placeholders.render(&text, |name| values.value(name))?;
    Ok(Payload {
        kind: Kind::Template,
        target: &template.target,
        owner,
        content,
    })
}

/// From the payload on that goes over the bound, each one that does is a fault.
fn limit_sum(outcomes: &mut [Outcome<'_>]) {
    let mut sum = 0usize;
    for outcome in outcomes {
        let Ok(payload) = outcome else {
            continue;
        };
        let with_it = sum.saturating_add(payload.content.len());
        if with_it > LARGEST_SUM {
            let object = payload.kind.object(payload.target);
            *outcome = Err((object, TargetFault::TooLarge { limit: LARGEST_SUM }));
        } else {
            sum = with_it;
        }
    }
}
