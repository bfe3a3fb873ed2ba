//! Identifiers. Newtypes, so that a listing's id is never taken for a variation's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

id!(
    /// A stock pool: the WooCommerce post on which the quantity is managed (the variation, or its parent).
    PoolId
);
id!(
    /// A WooCommerce product or variation, by its post id.
    ItemId
);
id!(
    /// One variation on one channel. Ours, local to this agent.
    ListingId
);
id!(
    /// One connected account on a marketplace. Ours, local to this agent.
    ChannelId
);
