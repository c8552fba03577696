//! Permission bits of a file.

use std::fmt;
use std::str::FromStr;

use crate::wording::Quoted;

/// Permission bits 0000–0777 (R-V05).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mode(u32);

/// Text that is not a mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a file mode; write three or four octal digits, such as `0440`", Quoted(.0))]
pub(crate) struct ModeError(String);

impl Mode {
    /// Readable by its owner alone.
    pub(crate) const OWNER_READS: Self = Self(0o400);

    /// The bits.
    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    /// Whether everybody may read, or somebody besides the owner may write (R-V05: worth a warning).
    pub(crate) fn is_loose(self) -> bool {
        self.0 & 0o026 != 0
    }
}

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        let octal = matches!(text.len(), 3 | 4) && text.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
        match u32::from_str_radix(text, 8) {
            Ok(bits) if octal && bits <= 0o777 => Ok(Self(bits)),
            _ => Err(ModeError(text.to_owned())),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Mode;

    #[test]
    fn r_v05_three_or_four_octal_digits_up_to_0777_are_a_mode_and_nothing_else_is() {
        for (text, bits) in [
            ("0400", 0o400),
            ("400", 0o400),
            ("0000", 0),
            ("000", 0),
            ("0777", 0o777),
            ("640", 0o640),
        ] {
            assert_eq!(text.parse::<Mode>().map(Mode::bits), Ok(bits), "{text}");
        }
        for text in [
            "",
            " ",
            "0",
            "40",
            "00400",
            "1000",
            "1777",
            "2755",
            "4755",
            "7777",
            "177777",
            "200000",
            "0480",
            "0490",
            "u=r",
            "0x1f",
            "0o400",
            "+400",
            "-400",
            " 400",
            "400 ",
            "0400\n",
            "４００",
            "4_00",
        ] {
            assert!(text.parse::<Mode>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_message_shows_the_text_and_what_to_write() {
        assert_eq!(
            "4755".parse::<Mode>().unwrap_err().to_string(),
            "`4755` is not a file mode; write three or four octal digits, such as `0440`"
        );
    }

    #[test]
    fn every_mode_prints_as_four_digits_and_reads_back() {
        for bits in 0..=0o777 {
            let text = Mode(bits).to_string();
            assert_eq!(text.len(), 4);
            assert_eq!(text.parse(), Ok(Mode(bits)));
        }
    }

    #[test]
    fn r_v05_world_readable_group_writable_and_world_writable_modes_are_loose() {
        for (text, loose) in [
            ("0400", false),
            ("0440", false),
            ("0550", false),
            ("0711", false),
            ("0444", true),
            ("0420", true),
            ("0402", true),
        ] {
            assert_eq!(text.parse().map(Mode::is_loose), Ok(loose), "{text}");
        }
    }
}
