//! What earlier sessions on the same file left behind.

use std::time::SystemTime;

use super::super::prompt::Terminal;
use super::super::report::Reporter;
use super::Work;
use super::person::Desk;
use crate::document::{Format, Limits, render};
use crate::editing::{Earlier, Mark, Recovery};
use crate::keyring::{Keyring, Sources};
use crate::os::signals::Watch;
use crate::secret::Plaintext;
use crate::sops::{MacPolicy, Opened, Sealed};

/// What to begin with.
pub(super) enum Answer {
    /// The text of an earlier session.
    Resume(Plaintext),
    /// The person does not want it.
    Declined,
    /// There is none, or nobody answered: it stays where it is.
    Nothing,
}

/// Marks the file as being edited, and says what became of the session before.
pub(super) fn mark(recovery: &Recovery, name: &str, reporter: &Reporter) -> Option<Mark> {
    match recovery.mark(&crate::os::clock::now()) {
        Ok((mark, earlier)) => {
            match earlier {
                Earlier::None => {}
                Earlier::Open => reporter.warning(&format!("{name} is being edited in another session")),
                Earlier::Lost(when) => reporter.warning(&format!(
                    "{name}: the session that began at {when} ended without saving"
                )),
            }
            mark
        }
        Err(error) => {
            reporter.warning(&format!(
                "a session that is killed cannot be told to the next one: {error}"
            ));
            None
        }
    }
}

/// Offers the text that an earlier session could not save.
pub(super) fn earlier(
    recovery: &Recovery,
    name: &str,
    work: &Work,
    watch: &Watch,
    reporter: &Reporter,
) -> Answer {
    let Some((sealed, when)) = recovery.kept() else {
        return Answer::Nothing;
    };
    let place = recovery.path();
    let Some(text) = opened(&sealed, work) else {
        reporter.warning(&format!(
            "{name}: the text of an earlier session, {}, cannot be opened with our keys",
            place.display()
        ));
        return Answer::Nothing;
    };
    let age = SystemTime::now()
        .duration_since(when)
        .unwrap_or_default()
        .as_secs()
        / 60;
    let question = format!(
        "{name}: a session {age} minutes ago kept its text unsaved in {}; go on with that text? [Y/n]",
        place.display()
    );
    match Desk::line(&question, watch) {
        Ok(Some(answer)) if matches!(answer.as_str(), "n" | "no") => {
            recovery.put_aside();
            Answer::Declined
        }
        Ok(Some(_)) => {
            recovery.resume();
            Answer::Resume(text)
        }
        Ok(None) | Err(_) => Answer::Nothing,
    }
}

fn opened(sealed: &Plaintext, work: &Work) -> Option<Plaintext> {
    let read = || Sealed::read(sealed.expose(), Format::Binary, &Limits::STANDARD).ok();
    // Most times the data key is still the same.
    let opened: Option<Opened> = read()?.open(&work.key, MacPolicy::Verify).ok();
    let opened = if let Some(opened) = opened {
        opened
    } else {
        let again = read()?;
        let sources = Sources::from_environment(&|variable| std::env::var_os(variable));
        let key = Keyring::find(&sources, &mut Terminal)
            .data_key(&again.metadata)
            .ok()?;
        again.open(&key, MacPolicy::Verify).ok()?
    };
    render::print(&opened.document, Format::Binary, render::Indents::default()).ok()
}
