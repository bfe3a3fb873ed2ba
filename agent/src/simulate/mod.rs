//! What would happen, or would have happened: sales are replayed against the channels' limits and lags, in virtual time,
//! with today's rules or with others. Pure: the same stage, happenings and rules give the same outcome.
//!
//! It is a model, and knows what matters for overselling: a channel sells what it shows; the agent hears of it later; what
//! should be shown is computed by the very [`crate::allocation`] that the agent uses; the channel takes so many calls in
//! so much time, the most urgent first, and shows what it was told when the call has ended. A channel that does not
//! compare is asked for its orders before a push, as in `dispatch`; a sale between the asking and the end of the push is
//! overwritten, as it would be. Calls do not fail, and buyers who were turned away do not come back.

mod black_friday;
mod calls;
mod outcome;
mod shelves;
mod stage;
mod strict;
mod world;

pub use black_friday::{BlackFriday, TooMany};
pub use outcome::{Outcome, Oversold};
pub use stage::{Happening, RuleBook, Stage, StageChannel, StageListing, StagePool, What};

/// Plays it.
#[must_use]
pub fn play(stage: &Stage, happenings: &[Happening], rules: &RuleBook) -> Outcome {
    world::World::new(stage, rules, happenings).play()
}

#[cfg(test)]
mod tests;
