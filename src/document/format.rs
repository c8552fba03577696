//! The five formats and how a file name chooses one.

use std::fmt;

/// A file format, as sops names them (sops-format.md §7.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML in the dialect of go-yaml v3.
    Yaml,
    /// JSON with an object at the root.
    Json,
    /// `KEY=value` lines.
    Dotenv,
    /// INI in the dialect of go-ini.
    Ini,
    /// Any bytes; in the encrypted form JSON with the key `data`.
    Binary,
}

impl Format {
    /// All formats, in the order in which sops lists them.
    pub const ALL: [Self; 5] = [Self::Yaml, Self::Json, Self::Dotenv, Self::Ini, Self::Binary];

    /// The format that a file name's suffix chooses; case matters and unknown suffixes mean binary.
    pub fn of_file_name(name: &str) -> Self {
        const SUFFIXES: [(&str, Format); 5] = [
            (".yaml", Format::Yaml),
            (".yml", Format::Yaml),
            (".json", Format::Json),
            (".env", Format::Dotenv),
            (".ini", Format::Ini),
        ];
        SUFFIXES
            .iter()
            .find(|(suffix, _)| name.ends_with(suffix))
            .map_or(Self::Binary, |(_, format)| *format)
    }

    /// The format with this name (`yaml json dotenv ini binary`).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The name that options and manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Dotenv => "dotenv",
            Self::Ini => "ini",
            Self::Binary => "binary",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn the_suffix_chooses_the_format_and_its_case_matters() {
        for (name, format) in [
            ("a.yaml", Format::Yaml),
            ("dir.json/a.enc.yml", Format::Yaml),
            ("a.json", Format::Json),
            (".env", Format::Dotenv),
            ("a.ini", Format::Ini),
            ("a.YAML", Format::Binary),
            ("a.env.enc", Format::Binary),
            ("a", Format::Binary),
        ] {
            assert_eq!(Format::of_file_name(name), format, "{name}");
        }
    }

    #[test]
    fn names_and_formats_are_inverse() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("YAML"), None);
    }
}
