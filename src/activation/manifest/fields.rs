//! The fields of one JSON object, with the types they must have.

use std::borrow::Cow;
use std::fmt;

use super::Form;
use super::fault::Object;
use super::findings::Findings;
use super::json::Json;
use crate::wording::Quoted;
use crate::wording::similar;

/// A kind of object: its name in messages and its fields.
pub(super) struct Schema {
    /// What it is called.
    pub(super) kind: &'static str,
    /// Fields of both forms.
    pub(super) fields: &'static [&'static str],
    /// Fields that only the sops-nix form has.
    pub(super) sops_nix_only: &'static [&'static str],
}

impl Schema {
    fn known(&self, name: &str, form: Form) -> Option<&'static str> {
        let fields = || self.of(form);
        let exact = fields().find(|field| *field == name);
        match form {
            Form::SopsNix => exact.or_else(|| fields().find(|field| field.eq_ignore_ascii_case(name))),
            Form::Own => exact,
        }
    }

    fn of(&self, form: Form) -> impl Iterator<Item = &'static str> {
        let old = match form {
            Form::SopsNix => self.sops_nix_only,
            Form::Own => &[],
        };
        self.fields.iter().chain(old).copied()
    }
}

/// The fields of an object as JSON.
pub(super) type Entries<'j, 'a> = &'j [(Cow<'a, str>, Json<'a>)];

/// The known fields of an object. `null` is the same as absent.
pub(super) struct Fields<'j, 'a> {
    object: Object,
    values: Vec<(&'static str, &'j Json<'a>)>,
}

impl<'j, 'a> Fields<'j, 'a> {
    /// Sorts the fields of an object into known and unknown ones.
    pub(super) fn read(
        schema: &Schema,
        form: Form,
        object: Object,
        entries: Entries<'j, 'a>,
        findings: &mut Findings,
    ) -> Self {
        let mut values: Vec<(&'static str, &'j Json<'a>)> = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            let Some(field) = schema.known(name, form) else {
                unknown(schema, form, &object, name, findings);
                continue;
            };
            if let Some(slot) = values.iter_mut().find(|(known, _)| *known == field) {
                twice(form, &object, field, slot.1, value, findings);
                if !matches!(value, Json::Null) {
                    slot.1 = value;
                }
            } else {
                values.push((field, value));
            }
        }
        Self { object, values }
    }

    /// What the fields belong to.
    pub(super) fn object(&self) -> &Object {
        &self.object
    }

    /// Whether the field is there and not null.
    pub(super) fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    fn get(&self, field: &str) -> Option<&'j Json<'a>> {
        self.values
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, value)| *value)
            .filter(|value| !matches!(value, Json::Null))
    }

    fn wrong_type(&self, field: &str, value: &Json<'_>, wanted: &str, findings: &mut Findings) {
        findings.field(
            &self.object,
            field,
            format!("is {}; {wanted} is wanted", value.kind()),
        );
    }

    /// A text, absent as `None`.
    pub(super) fn text(&self, field: &str, findings: &mut Findings) -> Option<&'j str> {
        match self.get(field)? {
            Json::Text(text) => Some(text),
            value => {
                self.wrong_type(field, value, "a text", findings);
                None
            }
        }
    }

    /// A text with at least one letter; sops-nix writes "nothing" as null or as `""`.
    pub(super) fn filled(&self, field: &str, findings: &mut Findings) -> Option<&'j str> {
        self.text(field, findings).filter(|text| !text.is_empty())
    }

    /// A switch, off when absent.
    pub(super) fn switch(&self, field: &str, findings: &mut Findings) -> bool {
        match self.get(field) {
            None => false,
            Some(Json::Bool(on)) => *on,
            Some(value) => {
                self.wrong_type(field, value, "true or false", findings);
                false
            }
        }
    }

    /// A whole number, 0 when absent, within 0 and `largest`.
    pub(super) fn number(&self, field: &str, largest: u64, findings: &mut Findings) -> Option<u64> {
        match self.get(field) {
            None => Some(0),
            Some(Json::Int(number)) if *number <= largest => Some(*number),
            Some(Json::Int(number)) => self.out_of_range(field, number, largest, findings),
            Some(Json::Negative(number)) => self.out_of_range(field, number, largest, findings),
            Some(Json::Number) => {
                let reason = format!("is not a whole number from 0 to {largest}");
                findings.field(&self.object, field, reason);
                None
            }
            Some(value) => {
                self.wrong_type(field, value, "a number", findings);
                None
            }
        }
    }

    fn out_of_range(
        &self,
        field: &str,
        number: impl fmt::Display,
        largest: u64,
        findings: &mut Findings,
    ) -> Option<u64> {
        let reason = format!("is {number}; a number from 0 to {largest} is wanted");
        findings.field(&self.object, field, reason);
        None
    }

    /// A list of texts, empty when absent. `null` among them is an empty text, as the original reads it.
    pub(super) fn texts(&self, field: &str, findings: &mut Findings) -> Vec<&'j str> {
        let mut texts = Vec::new();
        for value in self.list(field, findings) {
            match value {
                Json::Text(text) => texts.push(&**text),
                Json::Null => texts.push(""),
                value => self.wrong_type(field, value, "a list of texts", findings),
            }
        }
        texts
    }

    /// A list, empty when absent.
    pub(super) fn list(&self, field: &str, findings: &mut Findings) -> &'j [Json<'a>] {
        match self.get(field) {
            None => &[],
            Some(Json::List(list)) => list,
            Some(value) => {
                self.wrong_type(field, value, "a list", findings);
                &[]
            }
        }
    }

    /// An object, empty when absent.
    pub(super) fn entries(&self, field: &str, findings: &mut Findings) -> Entries<'j, 'a> {
        match self.get(field) {
            None => &[],
            Some(Json::Object(entries)) => entries,
            Some(value) => {
                self.wrong_type(field, value, "an object", findings);
                &[]
            }
        }
    }
}

/// A field that nobody knows: refused when it looks like a slip, and always in our own form; otherwise it may be an
/// option that the configuration added for its own purposes.
fn unknown(schema: &Schema, form: Form, object: &Object, name: &str, findings: &mut Findings) {
    let meant = similar(name, schema.of(form));
    match (meant, form) {
        (Some(meant), _) => findings.field(object, name, format!("is not a field; did you mean `{meant}`?")),
        (None, Form::Own) => findings.field(object, name, format!("is not a field of a {}", schema.kind)),
        (None, Form::SopsNix) => findings.unknown_field(schema.kind, object, name),
    }
}

/// A field that stands twice. The original takes the last one, but merges lists and objects in a way that nobody
/// wants; so of those there must be one.
fn twice(
    form: Form,
    object: &Object,
    field: &str,
    first: &Json<'_>,
    second: &Json<'_>,
    findings: &mut Findings,
) {
    let collection = |value: &Json<'_>| matches!(value, Json::List(_) | Json::Object(_));
    if form == Form::Own || collection(first) || collection(second) {
        findings.field(object, field, "stands twice");
    } else {
        findings.warn(
            object,
            format!("the field {} stands twice; the last one counts", Quoted(field)),
        );
    }
}
