use std::os::unix::fs::symlink;

use super::*;
use crate::files::ReadFileError;

const LIMIT: usize = 1 << 20;

fn read(path: &Path) -> Original {
    Original::read(path, LIMIT).map(|(_, original)| original).unwrap()
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn r_e05_a_replaced_file_keeps_its_mode_and_nothing_is_left_beside_it() {
    for before in [Before::Sealed, Before::Clear] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&read(&path), b"two", before).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(count(folder.path()), 1);
    }
}

#[test]
fn r_e05_what_somebody_else_wrote_meanwhile_stays() {
    for before in [Before::Sealed, Before::Clear] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "one").unwrap();
        let original = read(&path);
        fs::write(&path, "other").unwrap();
        let error = replace(&original, b"two", before).unwrap_err();
        assert!(matches!(error, ReplaceError::Changed), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"other");
        assert_eq!(count(folder.path()), 1);
        let now = original.changed().ok().flatten().unwrap();
        assert_eq!(now.expose(), b"other");

        fs::remove_file(&path).unwrap();
        let error = replace(&original, b"two", before).unwrap_err();
        assert!(matches!(error, ReplaceError::Gone), "{error}");
        assert_eq!(count(folder.path()), 0);
    }
}

#[test]
fn r_e05_the_same_bytes_in_another_inode_are_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, "one").unwrap();
    let original = read(&path);
    fs::write(folder.path().join("y"), "one").unwrap();
    fs::rename(folder.path().join("y"), &path).unwrap();
    assert!(original.changed().ok().unwrap().is_none());
    replace(&original, b"two", Before::Sealed).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
}

#[test]
fn r_e05_attributes_and_access_list_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, "one").unwrap();
    let file = File::open(&path).unwrap();
    // An access list of the kernel's form: owner rw, user 12345 r, group none, mask r, others none.
    let mut list = vec![2, 0, 0, 0];
    for (tag, rights, id) in [
        (1u16, 6u16, u32::MAX),
        (2, 4, 12345),
        (4, 0, u32::MAX),
        (16, 4, u32::MAX),
        (32, 0, u32::MAX),
    ] {
        list.extend(tag.to_le_bytes());
        list.extend(rights.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    let flags = rustix::fs::XattrFlags::empty();
    let set = |name: &str, value: &[u8]| rustix::fs::fsetxattr(&file, name, value, flags);
    if set("user.note", b"mine").is_err() || set("system.posix_acl_access", &list).is_err() {
        use std::io::Write as _;
        let _ = writeln!(
            io::stderr(),
            "LEFT OUT: the file system of the temporary directory keeps no attributes"
        );
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"));
        return;
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
    replace(&read(&path), b"two", Before::Sealed).unwrap();
    let now = File::open(&path).unwrap();
    let get = |name: &str| {
        let mut value = vec![0; 256];
        let length = rustix::fs::fgetxattr(&now, name, &mut value).unwrap();
        value[..length].to_vec()
    };
    assert_eq!(get("user.note"), b"mine");
    list[4 + 8 + 2] = 4;
    assert_eq!(get("system.posix_acl_access")[12..20], list[12..20]);
    assert_eq!(mode(&path), 0o440);
}

#[test]
fn r_e06_the_file_that_a_link_names_is_replaced_and_the_link_stays() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    let (path, link) = (folder.path().join("real/x"), folder.path().join("link"));
    fs::write(&path, "old").unwrap();
    symlink("real/x", &link).unwrap();
    replace(&read(&link), b"new", Before::Sealed).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(count(folder.path()), 2);
    assert_eq!(count(&folder.path().join("real")), 1);
}

#[test]
fn r_e06_a_file_with_two_names_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, "old").unwrap();
    fs::hard_link(&path, folder.path().join("y")).unwrap();
    let original = read(&path);
    assert_eq!(original.check(), Err(Refusal::HardLinks(2)));
    let error = replace(&original, b"new", Before::Sealed).unwrap_err();
    assert!(error.to_string().contains("2 names (hard links)"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(count(folder.path()), 2);
}

#[test]
fn r_e06_root_refuses_files_and_directories_of_others() {
    if !nix::unistd::geteuid().is_root() {
        use std::io::Write as _;
        let _ = writeln!(io::stderr(), "LEFT OUT: foreign owners need root");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, "old").unwrap();
    std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
    assert_eq!(read(&path).check(), Err(Refusal::ForeignOwner(12345)));
    std::os::unix::fs::chown(&path, Some(0), None).unwrap();
    assert_eq!(read(&path).check(), Ok(()));
    std::os::unix::fs::chown(folder.path(), Some(12345), None).unwrap();
    assert_eq!(read(&path).check(), Err(Refusal::ForeignDirectory(12345)));
    assert!(replace(&read(&path), b"new", Before::Sealed).is_err());
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn what_is_no_regular_file_is_not_read_for_replacing() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert!(matches!(
        Original::read(&pipe, LIMIT),
        Err(ReadFileError::NotRegular)
    ));
    assert!(matches!(
        Original::read(folder.path(), LIMIT),
        Err(ReadFileError::Directory)
    ));
}

#[test]
fn a_new_file_never_takes_the_place_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    create(&path, b"one", 0o600).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert!(matches!(create(&path, b"two", 0o600), Err(ReplaceError::Exists)));
    assert_eq!(fs::read(&path).unwrap(), b"one");
    symlink("nowhere", folder.path().join("link")).unwrap();
    let dangling = create(&folder.path().join("link"), b"two", 0o600);
    assert!(matches!(dangling, Err(ReplaceError::Exists)));
    assert_eq!(count(folder.path()), 2);
    let error = create(&folder.path().join("no/x"), b"new", 0o600).unwrap_err();
    assert_eq!(error.to_string(), "cannot open its directory");
}

#[test]
fn the_longest_name_that_a_file_can_have_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["x".repeat(255), "ä".repeat(127)] {
        let path = folder.path().join(name);
        create(&path, b"one", 0o600).unwrap();
        replace(&read(&path), b"two", Before::Sealed).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }
}

#[test]
fn overwriting_keeps_mode_and_link_and_makes_closed_files() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("x"), folder.path().join("link"));
    overwrite(&path, b"one").unwrap();
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    symlink("x", &link).unwrap();
    overwrite(&link, b"two").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"two");
    assert_eq!(mode(&path), 0o644);
    assert_eq!(count(folder.path()), 2);
}

#[test]
fn r_e07_readers_see_the_old_or_the_new_file_at_every_instant() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    let whole = |letter: u8| vec![letter; 100_000];
    fs::write(&path, whole(b'a')).unwrap();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut read = 0;
            while !ended.load(Ordering::Relaxed) {
                let content = fs::read(&path).unwrap();
                assert!(content == whole(b'a') || content == whole(b'b'));
                read += 1;
            }
            read
        });
        for round in 0..100 {
            let letter = if round % 2 == 0 { b'b' } else { b'a' };
            let before = if round % 3 == 0 {
                Before::Clear
            } else {
                Before::Sealed
            };
            replace(&read(&path), &whole(letter), before).unwrap();
        }
        ended.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
    assert_eq!(count(folder.path()), 1);
}
