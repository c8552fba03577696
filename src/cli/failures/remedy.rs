//! What to do about a secret or template that cannot be made.

use std::io::ErrorKind;

use crate::activation::extract::ExtractError;
use crate::activation::plan::UnknownAccount;
use crate::activation::target_fault::{FileFault, FileFaultKind, TargetFault};
use crate::activation::template::RenderError;
use crate::sops::SealedError;

/// The way out, if there is one that is not said already. Option names are those of the modules, which are the
/// fields of the manifest.
pub(in super::super) fn remedy(fault: &TargetFault) -> Option<String> {
    match fault {
        TargetFault::File(file) => of_file(file),
        TargetFault::Value { source, .. } => of_value(source).map(str::to_owned),
        TargetFault::Account(UnknownAccount::User(_)) => {
            Some("correct `owner`, or declare the user in `users.users`".to_owned())
        }
        TargetFault::Account(UnknownAccount::Group(_)) => {
            Some("correct `group`, or declare the group in `users.groups`".to_owned())
        }
        TargetFault::Template(RenderError::Unknown { .. }) => Some(
            "write `config.sops.placeholder.NAME` for a secret that is installed together with the template"
                .to_owned(),
        ),
        TargetFault::TemplateFile { .. } => Some("correct `file` of the template".to_owned()),
        _ => None,
    }
}

fn of_file(file: &FileFault) -> Option<String> {
    let name = in_repository(file.path.as_str());
    match &file.kind {
        FileFaultKind::Read(error) if error.kind() == ErrorKind::NotFound => Some(format!(
            "correct `sopsFile`, or make the file with `secrets edit {name}`; in a flake, `git add` it"
        )),
        FileFaultKind::NotEncrypted => Some(format!("`secrets encrypt --in-place {name}` encrypts it")),
        FileFaultKind::Sealed(SealedError::Read(_)) => {
            Some("if the file has another format, say so with `format`".to_owned())
        }
        FileFaultKind::Sealed(_) | FileFaultKind::Closed(_) => {
            Some("compare the file with the last good commit".to_owned())
        }
        _ => None,
    }
}

fn of_value(error: &ExtractError) -> Option<&'static str> {
    match error {
        ExtractError::NoKey { .. } | ExtractError::NotContainer { .. } | ExtractError::NoItem { .. } => Some(
            "correct `key`, which is the way to the value with `/` between its parts, or add the value to the file",
        ),
        ExtractError::Null(_) => Some("give it a value, or remove the secret"),
        _ => None,
    }
}

/// The name of a file in the repository, as far as its name in the store tells.
pub(super) fn in_repository(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/nix/store/") else {
        return path;
    };
    let named = rest.split_once('-').map_or(rest, |(_, name)| name);
    named.strip_prefix("source/").unwrap_or(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_store_become_names_in_the_repository() {
        for (path, name) in [
            ("/nix/store/00000000000000000000000000000000-db.yaml", "db.yaml"),
            (
                "/nix/store/00000000000000000000000000000000-source/hosts/db.yaml",
                "hosts/db.yaml",
            ),
            ("/etc/db.yaml", "/etc/db.yaml"),
        ] {
            assert_eq!(in_repository(path), name);
        }
    }
}
