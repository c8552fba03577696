//! What a new file begins with, so that the person sees how its format looks.

use crate::document::Format;

/// A text that is worth nothing: saving it untouched makes no file.
pub(crate) fn example(format: Format) -> &'static str {
    match format {
        Format::Yaml => {
            "greeting: Put your secrets in the place of these lines\n# comments are encrypted too\ndatabase:\n    user: \
             app\n    password: change me\nports:\n    - 5432\n    - 5433\nratio: 1.5\nenabled: true\n"
        }
        Format::Json => {
            "{\n\t\"greeting\": \"Put your secrets in the place of these lines\",\n\t\"database\": {\n\t\t\"user\": \
             \"app\",\n\t\t\"password\": \"change me\"\n\t},\n\t\"ports\": [\n\t\t5432,\n\t\t5433\n\t],\n\t\"ratio\": \
             1.5,\n\t\"enabled\": true\n}\n"
        }
        Format::Dotenv => {
            "# comments are encrypted too\nGREETING=Put your secrets in the place of these lines\nDATABASE_USER=app\n\
             DATABASE_PASSWORD=change me\n"
        }
        Format::Ini => {
            "[database]\n; comments are encrypted too\nuser = app\npassword = change me\n\n[greeting]\ntext = Put your \
             secrets in the place of these lines\n"
        }
        Format::Binary => "Put your secret in the place of this line",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Limits, dotenv, ini, json, yaml};

    #[test]
    fn every_example_can_be_read() {
        let limits = &Limits::STANDARD;
        for (format, keys) in [
            (Format::Yaml, 5),
            (Format::Json, 5),
            (Format::Dotenv, 3),
            (Format::Ini, 3),
        ] {
            let text = example(format).as_bytes();
            let document = match format {
                Format::Yaml => yaml::read(text, limits),
                Format::Json => json::read(text, limits),
                Format::Dotenv => dotenv::read(text, limits),
                _ => ini::read(text, limits),
            }
            .unwrap();
            assert_eq!(document.parts[0].root.entries().count(), keys, "{format}");
        }
    }
}
