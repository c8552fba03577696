//! One editing session: a private place in memory, an editor, a loop until the text can be read.

mod changes;
mod editor;
mod example;
mod keep;
mod known;
mod place;
mod problem;
mod recovery;
mod session;
mod workspace;

pub(crate) use changes::{Changes, compare};
pub(crate) use editor::Editor;
pub(crate) use example::example;
pub(crate) use keep::Keeping;
pub(crate) use place::{Place, Surroundings, place_is_writable, sweep};
pub(crate) use problem::Problem;
pub(crate) use recovery::{Earlier, Mark, Recovery};
pub(crate) use session::{Ask, Ended, Outcome, Person, Reply, Session};
pub(crate) use workspace::{ROOM, VisitError, room};
