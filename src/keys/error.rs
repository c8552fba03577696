//! What can be wrong with a key. No variant carries key text.

/// Why a text is not a usable recipient or identity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A recipient string of no known kind.
    #[error("not a recipient: neither `age1...` nor `ssh-ed25519 ...` nor `ssh-rsa ...`")]
    UnknownRecipient,
    /// The prefix is known, the rest is not canonical.
    #[error("malformed {0} recipient")]
    MalformedRecipient(&'static str),
    /// The prefix is known, the rest is not canonical.
    #[error("malformed {0} identity")]
    MalformedIdentity(&'static str),
    /// No known kind of identity.
    #[error("not an age identity")]
    UnknownIdentity,
    /// An `age1...` where an identity belongs.
    #[error("this is a recipient, not an identity")]
    IsRecipient,
    /// A public key or certificate where a private key belongs.
    #[error("this is a public key; the private key is needed")]
    IsPublicKey,
    /// A line without an SSH public key, or with a revoked one.
    #[error("no SSH public key in this line")]
    NotAPublicKey,
    /// Nothing in the file but blanks and comments.
    #[error("there is no key in it")]
    Empty,
    /// Not text of any kind of key file.
    #[error("not a key file")]
    NotAKey,
    /// A passphrase is needed; names the cipher of the container.
    #[error("the key is encrypted ({cipher}) and needs a passphrase")]
    Encrypted {
        /// As OpenSSH names it, such as `aes256-ctr`; `scrypt` for age identity files.
        cipher: String,
    },
    /// An encrypted key whose cipher is not supported.
    #[error(
        "encrypted with `{cipher}`, which is not supported; change it with `ssh-keygen -p -Z aes256-ctr -f FILE`"
    )]
    Cipher {
        /// As OpenSSH names it.
        cipher: String,
    },
    /// PEM of the time before OpenSSH's own format.
    #[error("a key in legacy PEM format{}; convert a copy with `ssh-keygen -p -f FILE`", if *.encrypted { ", encrypted" } else { "" })]
    LegacyPem {
        /// Whether its header says so.
        encrypted: bool,
    },
    /// PKCS#8 that is not a plain ed25519 key.
    #[error("a PKCS#8 key, not an OpenSSH-format key")]
    Pkcs8,
    /// An RSA key where only ed25519 works.
    #[error("RSA keys cannot be converted to age; use the ed25519 key")]
    Rsa,
    /// Too short.
    #[error("RSA keys must have 2048 bits or more")]
    RsaBits,
    /// A signature-only key type.
    #[error("{kind} keys cannot encrypt; {}", if .kind.starts_with("sk-") { "hardware keys only sign, use an age plugin" } else { "use an ed25519 key" })]
    CannotEncrypt {
        /// The type as SSH spells it.
        kind: String,
    },
    /// The binary container is damaged; says where.
    #[error("damaged OpenSSH private key: {0}")]
    Container(&'static str),
    /// The BEGIN line has no END line.
    #[error("truncated: the END line is missing")]
    Truncated,
    /// The public half is not the one of the private half (R-K04).
    #[error("the public half does not belong to the private half")]
    PublicHalf,
    /// No point of the curve, or of small order.
    #[error("the public key is not a valid ed25519 point")]
    Point,
    /// The passphrase does not open the key.
    #[error("wrong passphrase")]
    Passphrase,
    /// More bcrypt rounds than are done unasked.
    #[error("its key derivation wants {rounds} rounds; at most {limit} are done")]
    Rounds {
        /// What the key file asks for.
        rounds: u32,
        /// What is allowed.
        limit: u32,
    },
    /// Larger than any key file.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
}
