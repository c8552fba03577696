//! Writes keys.

use super::Gen;
use super::words::KEYS;

impl Gen {
    /// The text of a key that the map, as a rule, has not got yet.
    pub(super) fn new_key(&mut self, keys: &mut Vec<String>) -> String {
        if !keys.is_empty()
            && (self.later || self.c.random.chance(20))
            && self.c.want_with("duplicate key", 5)
        {
            let key = keys[self.c.random.below(keys.len())].clone();
            return key;
        }
        self.counter += 1;
        let mut key = self.pick(KEYS).to_owned();
        if keys.contains(&key) || self.c.random.chance(300) {
            key = format!("{key}{}", self.counter);
        }
        if self.c.want_with("key over 128 bytes", 4) {
            key = format!("{key}{}", "k".repeat(self.c.random.between(120, 300)));
        } else if self.c.want_with("key over 1024 bytes", 1) {
            key = format!("{key}{}", "k".repeat(self.c.random.between(1010, 1040)));
        }
        keys.push(key.clone());
        key
    }

    /// A key in some spelling, without the colon.
    pub(super) fn key(&mut self, keys: &mut Vec<String>) {
        if self.c.want_with("key that is no string", 1) {
            let key = self.pick(&["1", "true", "~", "1.5", "2001-01-01", "0x1F", ".inf", "!!int 3"]);
            self.put(key);
            return;
        }
        if self.c.want_with("empty key", 3) {
            let key = self.pick(&["\"\"", "''"]);
            if !keys.iter().any(String::is_empty) {
                keys.push(String::new());
                self.put(key);
                return;
            }
        }
        if self.c.want_with("anchor on a key", 3) {
            self.counter += 1;
            let text = format!("&k{} ", self.counter);
            self.put(&text);
        }
        if self.c.want_with("tag on a key", 3) {
            let text = self.pick(&["!!str ", "!local ", "!!binary "]);
            self.put(text);
            if text == "!!binary " && self.c.random.chance(980) {
                self.counter += 1;
                let key = format!("{:04}", self.counter);
                self.put(&key);
                return;
            }
        }
        if !self.scalars.is_empty() && self.c.want_with("alias as a key", 2) {
            let name = self.scalars[self.c.random.below(self.scalars.len())].clone();
            self.put(&format!("*{name} "));
            return;
        }
        let key = self.new_key(keys);
        match self.c.random.below(12) {
            0 => {
                self.c.note("quoted key");
                self.put(&format!("'{}'", key.replace('\'', "''")));
            }
            1 => {
                self.c.note("quoted key");
                self.put(&format!("{key:?}"));
            }
            _ => self.put(&key),
        }
    }
}
