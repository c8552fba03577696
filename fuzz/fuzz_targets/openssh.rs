//! The OpenSSH container of a private key: raw input, and input as the base64 body of the PEM.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secrets::keys::ssh;

fuzz_target!(|input: &[u8]| {
    let _ = ssh::private::read(input);
    let _ = ssh::private::public_line(input);
    let mut text = b"-----BEGIN OPENSSH PRIVATE KEY-----\n".to_vec();
    for chunk in base64(input).as_bytes().chunks(70) {
        text.extend_from_slice(chunk);
        text.push(b'\n');
    }
    text.extend_from_slice(b"-----END OPENSSH PRIVATE KEY-----\n");
    let _ = ssh::private::read(&text);
    let _ = ssh::convert::convert_private(&text, None);
});

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            if place <= group.len() {
                text.push(char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]));
            } else {
                text.push('=');
            }
        }
    }
    text
}
