//! What holds for the whole manifest and decides about the paths in it.

use super::fault::Object;
use super::fields::Fields;
use super::findings::Findings;
use super::{Form, RuntimeDir, Scope};
use crate::activation::name::TargetName;
use crate::activation::path::AbsolutePath;
use crate::wording::Quoted;

/// What the entries are judged by.
pub(super) struct Ground<'a> {
    pub(super) form: Form,
    pub(super) scope: Scope,
    pub(super) runtime_dir: RuntimeDir<'a>,
    pub(super) mount_point: Option<AbsolutePath>,
    pub(super) public_link: Option<AbsolutePath>,
}

/// A fault has been noted.
pub(super) struct Refused;

impl Ground<'_> {
    /// A path of one of the four fields in which `%r` and `%%` are replaced (sops-nix.md §1.6).
    pub(super) fn path(
        &self,
        text: &str,
        object: &Object,
        field: &str,
        findings: &mut Findings,
    ) -> Option<AbsolutePath> {
        let expanded = match (self.scope, self.runtime_dir) {
            (Scope::System, _) => text.to_owned(),
            (Scope::User, RuntimeDir::Is(directory)) => expanded(text, directory),
            (Scope::User, RuntimeDir::Unset) if text.split("%%").any(|part| part.contains("%r")) => {
                findings.field(
                    object,
                    field,
                    format!("{} needs XDG_RUNTIME_DIR, which is not set", Quoted(text)),
                );
                return None;
            }
            (Scope::User, RuntimeDir::Unset | RuntimeDir::Ignored) => expanded(text, ""),
        };
        match AbsolutePath::parse(&expanded) {
            Ok(path) => Some(path),
            Err(error) => {
                findings.field(object, field, format!("{} {error}", Quoted(&expanded)));
                None
            }
        }
    }

    /// The link that is wanted; none if the path is the file's own place.
    pub(super) fn link(
        &self,
        fields: &Fields<'_, '_>,
        place: Option<&TargetName>,
        findings: &mut Findings,
    ) -> Result<Option<AbsolutePath>, Refused> {
        let Some(text) = fields.filled("path", findings) else {
            return Ok(None);
        };
        let path = self
            .path(text, fields.object(), "path", findings)
            .ok_or(Refused)?;
        let (Some(link), Some(mount_point)) = (&self.public_link, &self.mount_point) else {
            return Err(Refused);
        };
        // A link to itself would take the secret's place, so aliases of our trees count as our trees.
        let (real, link, mount_point) = (
            path.without_alias(),
            link.without_alias(),
            mount_point.without_alias(),
        );
        if place.is_some_and(|place| real == link.join(place.as_str())) {
            return Ok(None);
        }
        let reason = if let Some(place) = path.forbidden() {
            place.to_string()
        } else if real.is_within(link.as_str()) || real.is_within(mount_point.as_str()) {
            "is inside the directory of the secrets themselves".to_owned()
        } else if link.is_within(real.as_str()) || mount_point.is_within(real.as_str()) {
            "contains the directory of the secrets".to_owned()
        } else {
            return Ok(Some(path));
        };
        findings.field(
            fields.object(),
            "path",
            format!("{} {reason}", Quoted(path.as_str())),
        );
        Err(Refused)
    }
}

/// `%r` replaced by the directory and `%%` by `%`.
fn expanded(text: &str, directory: &str) -> String {
    let parts: Vec<String> = text
        .split("%%")
        .map(|part| part.replace("%r", directory))
        .collect();
    parts.join("%")
}
