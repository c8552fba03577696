//! Generated and damaged manifests.

use serde_json::{Value, json};

use super::{faults, read_bytes, secret, with};
use crate::activation::manifest::RuntimeDir;

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
}

#[test]
fn r_v01_random_and_mutated_bytes_never_panic() {
    let good = with(json!({
        "secrets": [secret(json!({"path": "/etc/ä\n"})), secret(json!({"name": "b", "format": "ini", "leaf": "a/b"}))],
        "templates": [{"name": "t", "content": "x"}],
    }))
    .to_string();
    let mut dice = Dice(1);
    for _ in 0..5_000 {
        let mut bytes = good.clone().into_bytes();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len().max(1));
            if bytes.is_empty() {
                break;
            }
            match dice.below(3) {
                0 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        drop(read_bytes(&bytes, RuntimeDir::Is("/r")));
    }
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..dice.below(60))
            .map(|_| b"{}[]\",:0-\\ut\xff\x00 "[dice.below(15)])
            .collect();
        drop(read_bytes(&bytes, RuntimeDir::Unset));
    }
}

#[test]
fn r_v03_in_generated_manifests_a_collision_is_found_exactly_when_there_is_one() {
    let mut dice = Dice(3);
    let mut found = [0_usize; 2];
    for _ in 0..400 {
        let names: Vec<String> = (0..dice.below(7))
            .map(|_| {
                (0..=dice.below(3))
                    .map(|_| ["a", "b", "a-", "ab"][dice.below(4)])
                    .collect::<Vec<_>>()
                    .join("/")
            })
            .collect();
        let below = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}/"));
        let collides = names
            .iter()
            .enumerate()
            .any(|(i, a)| names.iter().enumerate().any(|(j, b)| i != j && below(a, b)));
        let secrets: Vec<Value> = names.iter().map(|name| secret(json!({"name": name}))).collect();
        assert_eq!(
            !faults(&with(json!({"secrets": secrets}))).is_empty(),
            collides,
            "{names:?}"
        );
        found[usize::from(collides)] += 1;
    }
    assert!(found.iter().all(|count| *count > 50), "{found:?}");
}
