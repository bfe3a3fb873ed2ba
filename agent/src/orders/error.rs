//! Why a channel's orders could not be had.

use crate::channels::{ChannelError, Unreadable};
use crate::db::DbError;

/// Why orders could not be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum IntakeError {
    /// The channel refuses.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// The database refuses.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A return, or the order that it is of, cannot be read.
    #[error("{}: {}", .0.id.as_deref().unwrap_or("one without a number"), .0.why)]
    Return(Unreadable),
    /// There is nothing to ask.
    #[error("the connector brings no orders home")]
    None,
}
