//! Names that stay inside their directory, and hostile ones that do not.

use super::{NameError, SecretName, TargetName};

#[test]
fn ordinary_names_are_accepted_as_they_are() {
    for name in [
        "a",
        "token",
        "db/password",
        "a/b/c/deep",
        ".env",
        "...",
        "..a",
        "a..",
        "rendered",
        "with blank",
        "ä/ß",
        "a:b",
        "-",
        "%r",
        "x.json",
        "secrets",
        "a/.secrets",
    ] {
        assert_eq!(SecretName::parse(name).unwrap().as_str(), name);
    }
    let longest = format!("{}/{}", "a".repeat(255), "b".repeat(255));
    assert!(SecretName::parse(&longest).is_ok());
}

#[test]
fn a_template_lies_in_the_folder_rendered() {
    let name = SecretName::parse("web/site.conf").unwrap();
    let place = TargetName::of_template(&name);
    assert_eq!(place.as_str(), "rendered/web/site.conf");
    assert_eq!(TargetName::of_secret(&name).as_str(), "web/site.conf");
}

/// Written by hand: at least one for each way out that is known.
fn hostile_by_hand() -> Vec<(String, NameError)> {
    use NameError::{Absolute, Control, Dots, Empty, EmptyComponent, LongComponent, Reserved, TooLong};
    let long = |count: usize| "x".repeat(count);
    let mut names: Vec<(String, NameError)> = [
        ("", Empty),
        (".", Dots),
        ("..", Dots),
        ("./a", Dots),
        ("a/.", Dots),
        ("a/./b", Dots),
        ("../a", Dots),
        ("a/..", Dots),
        ("a/../b", Dots),
        ("a/../../b", Dots),
        ("../../etc/shadow", Dots),
        ("../../../../../../etc/passwd", Dots),
        ("rendered/../../x", Dots),
        ("..\u{0}/a", Control),
        ("/", Absolute),
        ("//", Absolute),
        ("/etc/shadow", Absolute),
        ("//etc/shadow", Absolute),
        ("/run/secrets/a", Absolute),
        ("/nix/store/a", Absolute),
        ("/.", Absolute),
        ("/..", Absolute),
        ("a/", EmptyComponent),
        ("a//", EmptyComponent),
        ("a//b", EmptyComponent),
        ("a/b//c", EmptyComponent),
        ("a///b", EmptyComponent),
        ("\0", Control),
        ("a\0", Control),
        ("a\0b", Control),
        ("a/\0/b", Control),
        ("a\n", Control),
        ("a\nadding secret: b", Control),
        ("a\r", Control),
        ("a\tb", Control),
        ("\u{1b}[2J", Control),
        ("\u{1b}]0;title\u{7}", Control),
        ("a\u{7f}", Control),
        ("a\u{80}", Control),
        ("a\u{9b}31m", Control),
        ("a\u{85}b", Control),
        ("\u{8}\u{8}\u{8}", Control),
        ("a\u{2028}b", Control),
        ("a\u{2029}b", Control),
        ("a\u{202e}b", Control),
        ("\u{2066}a", Control),
        ("\u{feff}a", Control),
        ("a\u{200f}", Control),
        (".secrets", Reserved),
        (".secrets/a", Reserved),
        (".secrets-lock", Reserved),
        (".secrets.units", Reserved),
    ]
    .into_iter()
    .map(|(name, error)| (name.to_owned(), error))
    .collect();
    names.extend([
        (long(256), LongComponent),
        (format!("a/{}", long(256)), LongComponent),
        (format!("{}/a", long(300)), LongComponent),
        (format!("{}ä", long(254)), LongComponent),
        (long(1025), TooLong),
        (format!("{}b", "a/".repeat(512)), TooLong),
        (long(4096), TooLong),
        (long(1 << 20), TooLong),
    ]);
    names
}

#[test]
fn r_v02_sixty_hostile_names_made_by_hand_are_refused_for_their_own_reason() {
    let names = hostile_by_hand();
    assert_eq!(names.len(), 60);
    for (name, error) in names {
        assert_eq!(SecretName::parse(&name), Err(error), "{name:?}");
    }
}

/// Numbers for tests that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn word(&mut self) -> String {
        let letters = [
            "a", "b", "Z", "0", "-", "_", ".", " ", "ä", "db", "key", "%", "\\", "~",
        ];
        (0..=self.below(6))
            .map(|_| letters[self.below(letters.len())])
            .collect::<String>()
            + "x"
    }
}

#[test]
fn r_v02_ten_thousand_generated_hostile_names_are_refused() {
    let mut dice = Dice(7);
    let mut seen = [0_usize; 8];
    for _ in 0..10_000 {
        let mut parts: Vec<String> = (0..=dice.below(4)).map(|_| dice.word()).collect();
        let at = dice.below(parts.len());
        let kind = dice.below(8);
        seen[kind] += 1;
        match kind {
            0 => parts.insert(at, "..".to_owned()),
            1 => parts.insert(at, ".".to_owned()),
            2 => parts.insert(at, String::new()),
            3 => parts[at].insert(0, char::from_u32(u32::try_from(dice.below(32)).unwrap()).unwrap()),
            4 => parts[at].push(['\u{7f}', '\u{9b}', '\u{202e}', '\u{2028}'][dice.below(4)]),
            5 => parts[at] = "y".repeat(256 + dice.below(200)),
            6 => parts = vec![String::new(), parts.join("/")],
            _ => parts.extend((0..520).map(|_| "z".to_owned())),
        }
        let name = parts.join("/");
        assert!(SecretName::parse(&name).is_err(), "{name:?}");
    }
    assert!(seen.iter().all(|count| *count > 1_000), "{seen:?}");
}
