//! What the entries of a manifest claim together, and who collides with whom (R-V03).

use std::collections::HashMap;

use super::fault::Object;
use super::findings::Findings;
use crate::activation::name::TargetName;
use crate::activation::path::AbsolutePath;
use crate::document::Format;
use crate::wording::Quoted;

/// All claims, those of entries with other faults included.
#[derive(Default)]
pub(super) struct Census {
    places: Vec<(TargetName, Object)>,
    links: Vec<(AbsolutePath, Object)>,
    files: HashMap<AbsolutePath, (Format, Object)>,
    has_templates: bool,
}

impl Census {
    /// A file of a generation.
    pub(super) fn place(&mut self, place: TargetName, object: &Object) {
        self.places.push((place, object.clone()));
    }

    /// A link elsewhere.
    pub(super) fn link(&mut self, link: AbsolutePath, object: &Object) {
        self.links.push((link, object.clone()));
    }

    /// There is a template.
    pub(super) fn template(&mut self) {
        self.has_templates = true;
    }

    /// Whether there is a template.
    pub(super) fn has_templates(&self) -> bool {
        self.has_templates
    }

    /// The names of the secrets, which are their places.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (&str, &Object)> {
        self.places.iter().filter_map(|(place, object)| match object {
            Object::Secret(_) => Some((place.as_str(), object)),
            _ => None,
        })
    }

    /// An encrypted file and how it is to be read: all secrets of a file must agree.
    pub(super) fn file(
        &mut self,
        file: &AbsolutePath,
        format: Format,
        object: &Object,
        findings: &mut Findings,
    ) {
        let (first, other) = self
            .files
            .entry(file.clone())
            .or_insert_with(|| (format, object.clone()));
        if *first != format {
            let path = Quoted(file.as_str());
            let reason = format!(
                "is {format}, but `{other}` reads the same file {path} as {first}; give both one `format`"
            );
            findings.field(object, "format", reason);
        }
    }

    /// Names every collision.
    pub(super) fn judge(mut self, findings: &mut Findings) {
        sort(&mut self.places, TargetName::as_str);
        collisions(
            &self.places,
            TargetName::as_str,
            |same, (place, object), (other, owner)| {
                let reason = match (same, object, owner) {
                    (true, Object::Secret(_), Object::Secret(_))
                    | (true, Object::Template(_), Object::Template(_)) => {
                        "there is another one with this name".to_owned()
                    }
                    (true, ..) => format!("has the same place {} as `{owner}`", Quoted(place.as_str())),
                    (false, ..) => format!(
                        "its place {} lies below {}, which is the file of `{owner}`",
                        Quoted(place.as_str()),
                        Quoted(other.as_str())
                    ),
                };
                findings.object(object, reason);
            },
        );
        sort(&mut self.links, AbsolutePath::as_str);
        collisions(
            &self.links,
            AbsolutePath::as_str,
            |same, (link, object), (other, owner)| {
                let reason = if same {
                    format!("{} is also claimed by `{owner}`", Quoted(link.as_str()))
                } else {
                    let (link, other) = (Quoted(link.as_str()), Quoted(other.as_str()));
                    format!("{link} lies below {other}, which is the link of `{owner}`")
                };
                findings.field(object, "path", reason);
            },
        );
    }
}

/// Brings what lies below a path directly behind it; equal ones stay in the manifest's order.
fn sort<T>(claims: &mut [(T, Object)], text: fn(&T) -> &str) {
    claims.sort_by(|(a, _), (b, _)| text(a).split('/').cmp(text(b).split('/')));
}

/// Calls back for each claim that is equal to, or lies below, the nearest claim before it that is below no other.
fn collisions<T>(
    sorted: &[(T, Object)],
    text: fn(&T) -> &str,
    mut report: impl FnMut(bool, &(T, Object), &(T, Object)),
) {
    let mut top: Option<&(T, Object)> = None;
    for claim in sorted {
        let Some(owner) = top else {
            top = Some(claim);
            continue;
        };
        match text(&claim.0).strip_prefix(text(&owner.0)) {
            Some("") => report(true, claim, owner),
            Some(rest) if rest.starts_with('/') => report(false, claim, owner),
            _ => top = Some(claim),
        }
    }
}
