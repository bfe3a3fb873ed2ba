//! A strict listing is set to zero, or from a zero that the channel has confirmed. Whatever was told since may be there, and
//! may have sold: said again, it would put back what is sold. Why: `allocation/strict.rs`.

/// SQL of a listing's row: it may be told what it is to show.
pub(super) const FROM_ZERO: &str = "(strict = 0 OR desired = 0 OR (confirmed = 0 AND sent = 0))";

#[cfg(test)]
mod tests {
    use crate::dispatch::slots::{ClaimRule, claim};
    use crate::dispatch::urgency::Turn;
    use crate::domain::ChannelId;
    use proptest::prelude::*;
    use rusqlite::{Connection, params};

    fn rule(one_group: bool) -> ClaimRule {
        ClaimRule {
            channel: ChannelId(1),
            size: 100,
            read_size: 100,
            follow_size: 100,
            one_group,
            daily: None,
            turn: Turn::default(),
            starve_ms: 1_000,
            alone_after: 3,
            lease_ms: 1_000,
            zero_only: false,
            now_ms: 10,
        }
    }

    proptest! {
        /// Whatever failed, ended or was lost: nothing is set from a number to another, and everything else goes its way.
        #[test]
        fn a_strict_listing_goes_from_zero_or_to_it(
            all in proptest::collection::vec(
                (any::<bool>(), 0i64..3, proptest::option::of(0i64..3), proptest::option::of(0i64..3), 0i64..3), 1..20),
            one_group: bool,
        ) {
            let mut conn = Connection::open_in_memory().unwrap();
            crate::db::migrate::to_latest(&mut conn).unwrap();
            conn.execute_batch(
                "INSERT INTO channel (channel_id, name, kind, config, secrets, created_ms) VALUES (1, 'one', 'woocommerce', '{}', x'', 0)",
            ).unwrap();
            for (n, (strict, desired, confirmed, sent, urgency)) in all.iter().enumerate() {
                conn.execute(
                    "INSERT INTO listing (listing_id, channel_id, item_id, external, group_key, state, strict, desired, confirmed, sent, urgency)
                     VALUES (?1, 1, ?1, ?2, 'g', 1, ?3, ?4, ?5, ?6, ?7)",
                    params![i64::try_from(n).unwrap(), format!("{{\"id\":\"{n}\"}}"), strict, desired, confirmed, sent, urgency],
                ).unwrap();
            }
            let tx = conn.transaction().unwrap();
            let claimed: Vec<usize> = claim(&tx, &rule(one_group)).unwrap().claims.iter()
                .map(|claim| usize::try_from(claim.update.listing.0).unwrap()).collect();
            for (n, (strict, desired, confirmed, sent, _)) in all.iter().enumerate() {
                let may = !strict || *desired == 0 || (*confirmed == Some(0) && *sent == Some(0));
                prop_assert_eq!(claimed.contains(&n), may, "{:?}", all[n]);
            }
        }
    }
}
