//! Who gets what on this host: the manifest with its accounts resolved, before any key is read (R-V06).

use super::account_name::Account;
use super::host::Host;
use super::manifest::{Manifest, Object, Scope, Target};
use super::report::{Error, Note};
use crate::os::Owner;
use crate::os::accounts::Accounts;

/// Mode of the mount point, of generations and of every directory in them.
pub(crate) const DIRECTORY_MODE: u32 = 0o751;

/// What we will do.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What Nix wrote.
    pub(crate) manifest: Manifest,
    /// Owner of every directory we make; `None` in user scope: whoever we are.
    pub(crate) directories: Option<Owner>,
    /// For each secret.
    pub(crate) secret_owners: Vec<Ownership>,
    /// For each template.
    pub(crate) template_owners: Vec<Ownership>,
}

/// Owner of a file; `None` in user scope: whoever we are.
pub(crate) type Ownership = Result<Option<Owner>, UnknownAccount>;

/// A name that no account of this host has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnknownAccount {
    /// In the field `owner`.
    #[error("owner `{0}` does not exist on this host")]
    User(Box<str>),
    /// In the field `group`.
    #[error("group `{0}` does not exist on this host")]
    Group(Box<str>),
}

/// What is done about accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Names become numbers.
    Required,
    /// Dry run: a name that does not exist yet is worth a note.
    Tried,
    /// `-ignore-passwd`: everything is root's, no file of accounts is read.
    Ignored,
}

impl Plan {
    /// Resolves the names of a manifest.
    pub(crate) fn resolve(
        manifest: Manifest,
        lookup: Lookup,
        host: &Host,
        notes: &mut Vec<Note>,
    ) -> Result<Self, Error> {
        if manifest.scope == Scope::User {
            return Ok(Self {
                directories: None,
                secret_owners: manifest.secrets.iter().map(|_| Ok(None)).collect(),
                template_owners: manifest.templates.iter().map(|_| Ok(None)).collect(),
                manifest,
            });
        }
        let accounts = match lookup {
            Lookup::Ignored => None,
            _ => Some(Accounts::read(&host.passwd, &host.group).map_err(Error::Accounts)?),
        };
        let owner = |target: &Target| match &accounts {
            Some(accounts) => owner(target, accounts).map(Some),
            None => Ok(Some(Owner::ROOT)),
        };
        let mut plan = Self {
            directories: Some(directory_owner(accounts.as_ref())?),
            secret_owners: manifest
                .secrets
                .iter()
                .map(|secret| owner(&secret.target))
                .collect(),
            template_owners: manifest
                .templates
                .iter()
                .map(|template| owner(&template.target))
                .collect(),
            manifest,
        };
        if lookup == Lookup::Tried {
            plan.excuse_missing_accounts(notes);
        }
        Ok(plan)
    }

    /// A dry run happens before users are made: who does not exist yet is not missing.
    fn excuse_missing_accounts(&mut self, notes: &mut Vec<Note>) {
        let secrets = self
            .manifest
            .secrets
            .iter()
            .map(|secret| Object::Secret(secret.target.name.as_str().into()));
        let templates = self
            .manifest
            .templates
            .iter()
            .map(|one| Object::Template(one.target.name.as_str().into()));
        let owners = self.secret_owners.iter_mut().zip(secrets);
        for (owner, object) in owners.chain(self.template_owners.iter_mut().zip(templates)) {
            if let Err(account) = owner {
                notes.push(Note::NotYet(object, account.clone()));
                *owner = Ok(Some(Owner::ROOT));
            }
        }
    }
}

fn owner(target: &Target, accounts: &Accounts) -> Result<Owner, UnknownAccount> {
    let uid = match &target.owner {
        Account::Id(id) => *id,
        Account::Name(name) => {
            let name = name.as_str();
            accounts
                .user(name)
                .ok_or_else(|| UnknownAccount::User(name.into()))?
        }
    };
    let gid = match &target.group {
        Account::Id(id) => *id,
        Account::Name(name) => {
            let name = name.as_str();
            accounts
                .group(name)
                .ok_or_else(|| UnknownAccount::Group(name.into()))?
        }
    };
    Ok(Owner { uid, gid })
}

/// Root, with the group `keys`, or `nogroup` where there is none (sops-nix.md §2.2).
fn directory_owner(accounts: Option<&Accounts>) -> Result<Owner, Error> {
    let Some(accounts) = accounts else {
        return Ok(Owner::ROOT);
    };
    let gid = accounts.group("keys").or_else(|| accounts.group("nogroup"));
    gid.map(|gid| Owner { uid: 0, gid })
        .ok_or(Error::NoDirectoryGroup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_belong_to_keys_then_to_nogroup_and_never_to_nobody_at_all() {
        let gid = |text: &[u8]| directory_owner(Some(&Accounts::parse(b"", text))).map(|owner| owner.gid);
        assert!(matches!(gid(b"nogroup:x:65534:\nkeys:x:96:\n"), Ok(96)));
        assert!(matches!(gid(b"nogroup:x:65534:\n"), Ok(65534)));
        assert!(matches!(gid(b"root:x:0:\n"), Err(Error::NoDirectoryGroup)));
        assert!(matches!(directory_owner(None), Ok(Owner::ROOT)));
    }
}
