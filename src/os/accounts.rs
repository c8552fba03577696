//! Accounts of this host, read from the passwd and group files by ourselves: no name service module is ever
//! loaded into a process that holds keys (R-V06).

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

use super::{Owner, input};

/// Bytes of either file that are read at most.
const LIMIT: u64 = 64 << 20;

/// Names and numbers of the users and groups of a host.
#[derive(Default)]
pub(crate) struct Accounts {
    users: HashMap<Box<[u8]>, u32>,
    groups: HashMap<Box<[u8]>, u32>,
}

impl Accounts {
    /// Reads both files. One that does not exist has no accounts.
    pub(crate) fn read(passwd: &Path, group: &Path) -> io::Result<Self> {
        let read = |path: &Path| match input::regular_file(path, LIMIT) {
            Ok(file) => Ok(file.bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(io::Error::new(
                error.kind(),
                format!("cannot read {}: {error}", path.display()),
            )),
        };
        Ok(Self::parse(&read(passwd)?, &read(group)?))
    }

    /// Takes the accounts out of the text of both files.
    pub(crate) fn parse(passwd: &[u8], group: &[u8]) -> Self {
        Self {
            users: ids(passwd),
            groups: ids(group),
        }
    }

    /// Id of a user, by name only: digits are a name like any other.
    pub(crate) fn user(&self, name: &str) -> Option<u32> {
        self.users.get(name.as_bytes()).copied()
    }

    /// Id of a group, by name only.
    pub(crate) fn group(&self, name: &str) -> Option<u32> {
        self.groups.get(name.as_bytes()).copied()
    }
}

/// Somebody that a program can run as.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) home: PathBuf,
    owner: Owner,
    /// All groups, the primary one included.
    groups: Vec<u32>,
}

/// The account with this name in this host's own files.
pub(crate) fn person(name: &str) -> io::Result<Option<Person>> {
    let read = |path: &str| input::regular_file(Path::new(path), LIMIT).map(|file| file.bytes);
    Ok(find_person(&read("/etc/passwd")?, &read("/etc/group")?, name))
}

fn find_person(passwd: &[u8], group: &[u8], name: &str) -> Option<Person> {
    let fields =
        |line: &[u8]| -> Vec<Vec<u8>> { line.split(|byte| *byte == b':').map(<[u8]>::to_vec).collect() };
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u32>().ok();
    let account = passwd
        .split(|byte| *byte == b'\n')
        .map(fields)
        .find(|fields| fields.first().is_some_and(|first| first == name.as_bytes()))?;
    let [_, _, uid, gid, _, home, ..] = account.as_slice() else {
        return None;
    };
    let owner = Owner {
        uid: number(uid)?,
        gid: number(gid)?,
    };
    let mut groups = vec![owner.gid];
    for fields in group.split(|byte| *byte == b'\n').map(fields) {
        if let [_, _, gid, members, ..] = fields.as_slice()
            && members
                .split(|byte| *byte == b',')
                .any(|member| member == name.as_bytes())
            && let Some(gid) = number(gid).filter(|gid| !groups.contains(gid))
        {
            groups.push(gid);
        }
    }
    Some(Person {
        name: name.to_owned(),
        home: OsString::from_vec(home.clone()).into(),
        owner,
        groups,
    })
}

impl Person {
    /// This process acts as them from now on, with their groups alone.
    pub(crate) fn become_them(&self) -> io::Result<()> {
        let groups: Vec<Gid> = self.groups.iter().copied().map(Gid::from_raw).collect();
        setgroups(&groups)?;
        let gid = Gid::from_raw(self.owner.gid);
        setresgid(gid, gid, gid)?;
        let uid = Uid::from_raw(self.owner.uid);
        setresuid(uid, uid, uid)?;
        // Changing users makes a process readable for its new owner again.
        super::process::keep_memory_private();
        Ok(())
    }
}

/// `name:password:id:...` on each line. The first of two lines with one name counts, as in the C library; lines
/// that are no account (comments, entries for other name services, an id out of range) are passed over.
fn ids(text: &[u8]) -> HashMap<Box<[u8]>, u32> {
    let mut found = HashMap::new();
    for line in text.split(|byte| *byte == b'\n') {
        let mut fields = line.splitn(4, |byte| *byte == b':');
        let (Some(name), Some(_), Some(id)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        if matches!(name.first(), None | Some(b'+' | b'-' | b'#')) || !id.iter().all(u8::is_ascii_digit) {
            continue;
        }
        let id = std::str::from_utf8(id).ok().and_then(|id| id.parse::<u32>().ok());
        if let Some(id) = id.filter(|id| *id != u32::MAX) {
            found.entry(name.into()).or_insert(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_v06_names_are_found_in_the_text_of_the_files() {
        let accounts = Accounts::parse(
            b"root:x:0:0:root:/root:/bin/sh\nweb:x:990:991::/:/bin/false\nweb:x:1:1::/:\n",
            b"root:x:0:\nkeys:x:96:a,b\nlast:x:4294967294:",
        );
        assert_eq!(accounts.user("root"), Some(0));
        assert_eq!(accounts.user("web"), Some(990), "the first line counts");
        assert_eq!(accounts.user("990"), None, "a number is not a name");
        assert_eq!(accounts.group("keys"), Some(96));
        assert_eq!(accounts.group("last"), Some(4_294_967_294));
        assert_eq!(accounts.group("web"), None);
    }

    #[test]
    fn lines_that_are_no_account_are_passed_over() {
        let text = b"#c:x:1:\n+nis:x:2:\n-no:x:3:\n:x:4:\nshort:x\nbad:x:-5:\nneg:x: 6:\nbig:x:4294967295:\n\
            huge:x:99999999999:\nempty:x::\nplus:x:+7:\nok:x:8:\n";
        let accounts = Accounts::parse(text, b"");
        assert_eq!(accounts.users.len(), 1, "only `ok` is an account");
        assert_eq!(accounts.user("ok"), Some(8));
    }

    #[test]
    fn a_person_has_a_home_and_all_groups() {
        let passwd = b"root:x:0:0:root:/root:/bin/sh\nweb:x:990:991::/srv/web:/bin/false\nbad:x:q:1::/:\n";
        let group = b"root:x:0:\nkeys:x:96:a,web\nweb:x:991:web\nlog:x:4:webx\n";
        let web = find_person(passwd, group, "web").unwrap();
        assert_eq!(web.owner, Owner { uid: 990, gid: 991 });
        assert_eq!(web.home, Path::new("/srv/web"));
        assert_eq!(web.groups, [991, 96]);
        assert!(find_person(passwd, group, "bad").is_none());
        assert!(find_person(passwd, group, "we").is_none());
    }

    #[test]
    fn files_that_do_not_exist_have_no_accounts() {
        let nowhere = Path::new("/nonexistent/passwd");
        let accounts = Accounts::read(nowhere, nowhere).unwrap();
        assert_eq!(accounts.user("root"), None);
    }
}
