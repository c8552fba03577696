//! Generates binary files: any bytes.

use crate::Generated;
use crate::constructs::Chooser;
use crate::random::Random;

/// Every construct that is counted.
pub(crate) const CONSTRUCTS: &[&str] = &["bytes", "text", "large"];

/// One binary file.
pub(crate) fn generate(random: Random, number: usize) -> Generated {
    let mut c = Chooser::new(random, CONSTRUCTS, number);
    let mut text = Vec::new();
    if c.random.chance(990) {
        if c.want_with("text", 600) {
            text.extend_from_slice(
                c.random
                    .pick(&["line\n", "{\"data\": 1}", "a: b\r\n", "é😀", "<&>"])
                    .as_bytes(),
            );
        }
        if c.want_with("bytes", 600) {
            for _ in 0..c.random.below(60) {
                text.push(u8::try_from(c.random.below(256)).unwrap());
            }
        }
        if c.want_with("large", 400) {
            let length = c.random.between(1000, 20_000);
            let byte = u8::try_from(c.random.below(256)).unwrap();
            text.resize(text.len() + length, byte);
        }
    }
    Generated { text, held: c.held() }
}
