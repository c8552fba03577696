//! Collects faults and warnings while a manifest is read.

use std::collections::BTreeMap;

use super::fault::{Fault, ManifestWarning, Object};

/// Everything noticed so far.
#[derive(Default)]
pub(super) struct Findings {
    faults: Vec<Fault>,
    warnings: Vec<ManifestWarning>,
    /// Fields that nobody knows, once each: a configuration adds its option to every secret.
    unknown: BTreeMap<(&'static str, Box<str>), (Object, usize)>,
}

impl Findings {
    /// A fault of a field.
    pub(super) fn field(&mut self, object: &Object, field: &str, reason: impl Into<String>) {
        self.faults.push(Fault {
            object: object.clone(),
            field: Some(field.into()),
            reason: reason.into(),
        });
    }

    /// A fault of an object as a whole.
    pub(super) fn object(&mut self, object: &Object, reason: impl Into<String>) {
        self.faults.push(Fault {
            object: object.clone(),
            field: None,
            reason: reason.into(),
        });
    }

    /// Something that will have no effect.
    pub(super) fn warn(&mut self, object: &Object, text: String) {
        self.warnings.push(ManifestWarning {
            object: object.clone(),
            text,
        });
    }

    /// A field that nobody knows, of an object of this kind.
    pub(super) fn unknown_field(&mut self, kind: &'static str, object: &Object, field: &str) {
        self.unknown
            .entry((kind, field.into()))
            .and_modify(|(_, count)| *count = count.saturating_add(1))
            .or_insert_with(|| (object.clone(), 1));
    }

    /// The warnings, or the faults if there is one.
    pub(super) fn judge(self) -> Result<Vec<ManifestWarning>, Vec<Fault>> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut warnings = self.warnings;
        for ((kind, field), (object, count)) in self.unknown {
            let others = match count {
                1 => String::new(),
                _ => format!(" (and {} more with it)", count.saturating_sub(1)),
            };
            let field = crate::wording::Quoted(&field);
            let text = format!("the field {field} of this {kind} is unknown here and has no effect{others}");
            warnings.push(ManifestWarning { object, text });
        }
        Ok(warnings)
    }
}
