//! Why a channel's orders could not be had.

use crate::channels::ChannelError;
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
    /// There is nothing to ask.
    #[error("the connector brings no orders home")]
    None,
}
