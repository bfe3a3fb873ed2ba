//! Schema versions. A migration that was released is never edited; a new file is added.

use super::DbError;
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

const STEPS: &[M<'_>] = &[
    M::up(include_str!("../../migrations/0001_init.sql")),
    M::up(include_str!("../../migrations/0002_groups.sql")),
    M::up(include_str!("../../migrations/0003_reconcile.sql")),
    M::up(include_str!("../../migrations/0004_feeds.sql")),
    M::up(include_str!("../../migrations/0005_prices.sql")),
    M::up(include_str!("../../migrations/0006_seen_run.sql")),
    M::up(include_str!("../../migrations/0007_orders.sql")),
    M::up(include_str!("../../migrations/0008_velocity.sql")),
    M::up(include_str!("../../migrations/0009_rule_sets.sql")),
    M::up(include_str!("../../migrations/0010_strict.sql")),
    M::up(include_str!("../../migrations/0011_unreadable.sql")),
    M::up(include_str!("../../migrations/0012_kits.sql")),
    M::up(include_str!("../../migrations/0013_hooks.sql")),
    M::up(include_str!("../../migrations/0014_held_at.sql")),
    M::up(include_str!("../../migrations/0015_places.sql")),
    M::up(include_str!("../../migrations/0016_setting_change.sql")),
    M::up(include_str!("../../migrations/0017_job.sql")),
    M::up(include_str!("../../migrations/0018_credentials_ms.sql")),
    M::up(include_str!("../../migrations/0019_listing_codes.sql")),
    M::up(include_str!("../../migrations/0020_job_undo.sql")),
    M::up(include_str!("../../migrations/0021_order_return.sql")),
    M::up(include_str!("../../migrations/0022_removed_channel.sql")),
    M::up(include_str!("../../migrations/0023_return_cursor.sql")),
];

/// Brings the schema up to date; refuses a database that a newer version wrote.
pub fn to_latest(conn: &mut Connection) -> Result<(), DbError> {
    // Its triggers ask who acts.
    super::actor::register(conn)?;
    Migrations::from_slice(STEPS).to_latest(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_well_formed() {
        Migrations::from_slice(STEPS).validate().unwrap();
    }

    /// What came back before an upgrade was put back by hand.
    #[test]
    fn returns_are_asked_for_from_where_the_orders_stood() {
        let mut conn = Connection::open_in_memory().unwrap();
        super::super::actor::register(&conn).unwrap();
        Migrations::from_slice(STEPS).to_version(&mut conn, 22).unwrap();
        conn.execute_batch(
            "INSERT INTO channel (channel_id, name, kind, config, secrets, created_ms) VALUES (1, 'bol', 'bol', '{}', x'', 0);
             INSERT INTO order_cursor (channel_id, since_ms, swept_ms) VALUES (1, 7000, 9000);",
        )
        .unwrap();
        to_latest(&mut conn).unwrap();
        let since: Option<i64> =
            conn.query_row("SELECT returns_ms FROM order_cursor", [], |row| row.get(0)).unwrap();
        assert_eq!(since, Some(9000));
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut conn = Connection::open_in_memory().unwrap();
        to_latest(&mut conn).unwrap();
        conn.pragma_update(None, "user_version", 9999).unwrap();
        assert!(matches!(to_latest(&mut conn), Err(DbError::Migration(_))));
    }
}
