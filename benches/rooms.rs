//! What each room costs: reading, opening, finding the data key. `cargo bench`; whole processes: `benches/processes`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark fails by panicking"
)]

use std::hint::black_box;

use aes_gcm::aead::consts::U32;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use secrets::document::{Format, Limits, json, render, yaml};
use secrets::keys::age_file::{self, Unwrap};
use secrets::keys::identity_file::{self, PerLine};
use secrets::keys::ssh::SshPrivate;
use secrets::keys::ssh::private::{self, is_private_key};
use secrets::sops::{Basis, DataKey, KeptKey, MacPolicy, Sealed, Sealing, seal};
use sha2::{Digest, Sha512};

const KEY: [u8; 32] = [7; 32];
const TIME: &str = "2026-01-02T03:04:05Z";

/// `ENC[...]` of a text, with a nonce that is good for benchmarks only.
fn sealed(text: &str, aad: &str, number: usize) -> String {
    let mut nonce = [0; 32];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    let mut data = text.as_bytes().to_vec();
    let tag = AesGcm::<Aes256, U32>::new(&KEY.into())
        .encrypt_inout_detached(
            &Nonce::<U32>::from(nonce),
            aad.as_bytes(),
            data.as_mut_slice().into(),
        )
        .unwrap();
    let text = |bytes: &[u8]| STANDARD.encode(bytes);
    format!(
        "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]",
        text(&data),
        text(&nonce),
        text(&tag)
    )
}

/// A file with so many keys as sops writes it.
fn file(keys: usize, format: Format) -> Vec<u8> {
    let mut digest = Sha512::new();
    let mut text = String::new();
    let line = |key: &str, value: &str| match format {
        Format::Json => format!("\t\"{key}\": \"{value}\",\n"),
        _ => format!("{key}: {value}\n"),
    };
    for number in 0..keys {
        let (key, value) = (format!("key{number:05}"), format!("the value of key {number}"));
        digest.update(value.as_bytes());
        text.push_str(&line(&key, &sealed(&value, &format!("{key}:"), number)));
    }
    let mac = digest
        .finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02X}"));
    let mac = sealed(&mac, TIME, keys);
    let text = match format {
        Format::Json => format!(
            "{{\n{text}\t\"sops\": {{\"age\": [{{\"recipient\": \"age1x\", \"enc\": \"x\"}}], \"lastmodified\": \"{TIME}\", \
             \"mac\": \"{mac}\", \"version\": \"3.13.3\"}}\n}}\n"
        ),
        _ => format!(
            "{text}sops:\n    age:\n        - recipient: age1x\n          enc: x\n    lastmodified: \"{TIME}\"\n    mac: {mac}\n    \
             version: 3.13.3\n"
        ),
    };
    text.into_bytes()
}

fn documents(criterion: &mut Criterion) {
    for (format, name) in [(Format::Yaml, "yaml"), (Format::Json, "json")] {
        let text = file(5_000, format);
        let mut group = criterion.benchmark_group(name);
        group
            .sample_size(20)
            .throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("read 5,000 keys", |bencher| {
            bencher.iter(|| match format {
                Format::Json => json::read(black_box(&text), &Limits::STANDARD).unwrap(),
                _ => yaml::read(black_box(&text), &Limits::STANDARD).unwrap(),
            });
        });
        group.bench_function("open 5,000 keys, MAC verified", |bencher| {
            let key = DataKey::from_slice(&KEY).unwrap();
            bencher.iter_batched(
                || Sealed::read(&text, format, &Limits::STANDARD).unwrap(),
                |sealed| sealed.open(&key, MacPolicy::Verify).unwrap(),
                BatchSize::LargeInput,
            );
        });
        group.finish();
    }
}

/// Sealing, with the reading back of R-E05.
fn sealing(criterion: &mut Criterion) {
    let key = DataKey::from_slice(&KEY).unwrap();
    let mut next = 0_u64;
    let mut random = |buffer: &mut [u8]| {
        for chunk in buffer.chunks_mut(8) {
            next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
    };
    let mut group = criterion.benchmark_group("seal yaml");
    for keys in [5_000, 50_000] {
        let text = file(keys, Format::Yaml);
        let read = || Sealed::read(&text, Format::Yaml, &Limits::STANDARD).unwrap();
        let opened = read().open(&key, MacPolicy::Verify).unwrap();
        let plain = render::in_place(&text, &opened.document, &opened.metadata_spans).unwrap();
        let mut order = Sealing {
            format: Format::Yaml,
            key: &key,
            metadata: &opened.metadata,
            now: TIME,
            basis: Basis::New,
        };
        group.sample_size(10);
        group.bench_function(format!("{keys} keys, a new file"), |bencher| {
            bencher.iter(|| seal(black_box(plain.expose()), &order, &mut random).unwrap());
        });
        let place = plain.expose().iter().position(|byte| *byte == b'\n').unwrap();
        let changed = [&plain.expose()[..place], b"x", &plain.expose()[place..]].concat();
        order.basis = Basis::File {
            text: &text,
            opened: &opened,
            key: KeptKey::Same,
        };
        group.bench_function(format!("{keys} keys, one changed"), |bencher| {
            bencher.iter(|| seal(black_box(&changed), &order, &mut random).unwrap());
        });
    }
    group.finish();
}

/// One entry of a file made by sops, with the key that it is for.
fn entries(criterion: &mut Criterion) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/sops/vectors");
    let mut group = criterion.benchmark_group("open an age entry");
    for (name, file, key) in [
        ("X25519", "types.yaml", "x25519-a.txt"),
        ("X25519, not ours", "types.yaml", "x25519-b.txt"),
        ("ssh-ed25519", "ssh.yaml", "ssh-ed25519"),
        ("mlkem768x25519", "mlkem768x25519.yaml", "mlkem768x25519.txt"),
    ] {
        let text = std::fs::read(format!("{folder}/made/{file}")).unwrap();
        let sealed = Sealed::read(&text, Format::Yaml, &Limits::STANDARD).unwrap();
        let key = std::fs::read(format!("{folder}/keys/{key}")).unwrap();
        let identity = if is_private_key(&key) {
            match private::read(&key) {
                Ok(SshPrivate::Open(identity)) => identity,
                _ => panic!("{name}: the key is not usable"),
            }
        } else {
            identity_file::read(&key, PerLine::One).identities.remove(0)
        };
        let mut entries = sealed.metadata.groups.iter().flat_map(|group| &group.age);
        let wanted = if name.starts_with("ssh") {
            "ssh-ed25519"
        } else {
            "age1"
        };
        let entry = entries.find(|entry| entry.recipient.starts_with(wanted)).unwrap();
        let opens = matches!(age_file::open(&identity, entry.enc.as_bytes()), Unwrap::Opened(_));
        assert_eq!(opens, !name.ends_with("not ours"), "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| age_file::open(&identity, black_box(entry.enc.as_bytes())));
        });
    }
    group.finish();
}

criterion_group!(benches, documents, sealing, entries);
criterion_main!(benches);
