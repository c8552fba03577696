//! Links elsewhere.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::activation::links::{self, Links};
use crate::activation::report::Note;

struct Case {
    ground: Ground,
    plan: Plan,
    staged: Staged,
    notes: Vec<Note>,
}

impl Case {
    /// One secret whose path is `elsewhere/NAME`.
    fn new(path: &str) -> Self {
        let ground = Ground::new();
        let mut plan = ground.plan(&[("s", "")], &[]);
        let link = super::super::path::AbsolutePath::parse(ground.at(path).to_str().unwrap()).unwrap();
        plan.manifest.secrets[0].target.link = Some(link);
        let staged = ground.go_live(&plan, &["value"], &Notes::default());
        Self {
            ground,
            plan,
            staged,
            notes: Vec::new(),
        }
    }

    fn make(&mut self) -> Result<(), String> {
        let links = Links {
            public_link: &self.plan.manifest.public_link,
            generation: &self.staged.directory,
            own_device: false,
        };
        let target = &self.plan.manifest.secrets[0].target;
        links
            .make(target, None, &mut self.notes)
            .map_err(|failure| format!("{failure:?}"))
    }
}

#[test]
fn r_l05_a_link_leads_through_the_public_link_and_its_folders_are_made() {
    let mut case = Case::new("deep/er/link");
    case.make().unwrap();
    let link = case.ground.at("deep/er/link");
    assert_eq!(fs::read_link(&link).unwrap(), case.ground.at("live/s"));
    assert_eq!(text(&link), "value");
    assert_eq!(mode(&case.ground.at("deep/er")), 0o755);
    assert_eq!(
        names(&case.ground.at("deep/er")),
        ["link"],
        "nothing temporary is left"
    );
    case.make().unwrap();
    assert!(case.notes.is_empty());
}

#[test]
fn r_l04_links_are_replaced_files_are_moved_aside_and_everything_else_stays() {
    let mut case = Case::new("x/link");
    let link = case.ground.at("x/link");
    fs::create_dir(case.ground.at("x")).unwrap();
    symlink("/nowhere", &link).unwrap();
    case.make().unwrap();
    assert_eq!(text(&link), "value");

    for number in 0..2 {
        fs::remove_file(&link).unwrap();
        fs::write(&link, format!("kept {number}")).unwrap();
        case.make().unwrap();
        assert_eq!(text(&link), "value");
    }
    assert_eq!(
        names(&case.ground.at("x")),
        ["link", "link.before-secrets", "link.before-secrets-1"]
    );
    assert_eq!(text(&case.ground.at("x/link.before-secrets-1")), "kept 1");
    assert_eq!(case.notes.len(), 2);

    fs::remove_file(&link).unwrap();
    fs::create_dir(&link).unwrap();
    assert!(case.make().unwrap_err().contains("there is a directory"));
    fs::remove_dir(&link).unwrap();
    nix::unistd::mkfifo(&link, nix::sys::stat::Mode::S_IRUSR).unwrap();
    assert!(case.make().unwrap_err().contains("there is a pipe"));
    assert_eq!(names(&case.ground.at("x")).len(), 3, "nothing temporary is left");
}

#[test]
fn r_v04_a_link_that_is_the_secrets_own_place_by_another_way_is_not_made() {
    let mut case = Case::new("alias/s");
    symlink(case.ground.at("generations/1"), case.ground.at("alias")).unwrap();
    case.make().unwrap();
    assert_eq!(text(&case.ground.at("live/s")), "value");
}

#[test]
fn r_l06_a_link_is_removed_only_if_it_says_what_we_wrote() {
    let case = Case::new("x/link");
    let path = |text: &Path| super::super::path::AbsolutePath::parse(text.to_str().unwrap()).unwrap();
    let (link, target) = (case.ground.at("gone"), case.ground.at("live/gone"));
    let remove = || links::remove(&path(&link), &path(&target)).unwrap();
    remove();
    symlink("/mine", &link).unwrap();
    remove();
    assert!(link.symlink_metadata().is_ok());
    fs::remove_file(&link).unwrap();
    symlink(&target, &link).unwrap();
    remove();
    assert!(link.symlink_metadata().is_err());
}
