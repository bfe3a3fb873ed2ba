//! A database clock that jumps back must not make the agent deaf. Pure.
//!
//! A single old statement is a slow PHP process: it loses against what is newer. Several in a row, from
//! different requests, each a little newer than the one before and none fresh among them, are a clock that was
//! set back (or a database restored elsewhere): a new epoch begins, in which the new time counts from scratch.

/// How far a statement may lie behind the newest one and still be an ordinary neighbour. Microseconds.
const ORDINARY: i64 = 5_000_000;
/// This many different requests in a row prove that the clock has jumped.
const PROOF: usize = 3;

/// Where a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The epoch it belongs to.
    pub epoch: i64,
    /// It is the one that began the epoch.
    pub jumped: bool,
}

/// Watches the stamps of statements in the journal's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochTracker {
    /// The current epoch.
    pub epoch: i64,
    /// The newest stamp in it.
    pub newest_at: i64,
    suspects: Vec<(String, i64)>,
}

impl EpochTracker {
    /// Goes on where the stored cursor stands.
    #[must_use]
    pub fn new(epoch: i64, newest_at: i64) -> Self {
        Self { epoch, newest_at, suspects: Vec::new() }
    }

    /// Takes the next statement's stamp.
    pub fn observe(&mut self, at: i64, req: &str) -> Verdict {
        if at >= self.newest_at.saturating_sub(ORDINARY) {
            self.newest_at = self.newest_at.max(at);
            self.suspects.clear();
            return Verdict { epoch: self.epoch, jumped: false };
        }
        if self.suspects.last().is_some_and(|(_, last)| at < last.saturating_sub(ORDINARY)) {
            self.suspects.clear();
        }
        if self.suspects.iter().all(|(seen, _)| seen != req) {
            self.suspects.push((req.to_owned(), at));
        }
        if self.suspects.len() < PROOF {
            return Verdict { epoch: self.epoch, jumped: false };
        }
        self.suspects.clear();
        self.epoch += 1;
        self.newest_at = at;
        Verdict { epoch: self.epoch, jumped: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn one_slow_process_is_no_jump() {
        let mut clock = EpochTracker::new(0, 1000 * SECOND);
        assert_eq!(clock.observe(900 * SECOND, "slow"), Verdict { epoch: 0, jumped: false });
        assert_eq!(clock.observe(901 * SECOND, "slow"), Verdict { epoch: 0, jumped: false });
        assert_eq!(clock.observe(902 * SECOND, "slow"), Verdict { epoch: 0, jumped: false });
        assert_eq!(clock.observe(1001 * SECOND, "b").epoch, 0);
    }

    #[test]
    fn three_requests_in_a_row_prove_a_jump_and_later_ones_are_heard() {
        let mut clock = EpochTracker::new(0, 1000 * SECOND);
        clock.observe(500 * SECOND, "a");
        clock.observe(501 * SECOND, "b");
        assert_eq!(clock.observe(502 * SECOND, "c"), Verdict { epoch: 1, jumped: true });
        assert_eq!(clock.observe(503 * SECOND, "d"), Verdict { epoch: 1, jumped: false });
    }

    proptest! {
        #[test]
        fn neighbours_within_the_ordinary_never_jump(
            steps in proptest::collection::vec(-4_900_000i64..3_000_000, 1..200),
        ) {
            let mut clock = EpochTracker::new(0, 0);
            let mut newest = 0i64;
            for (n, step) in steps.iter().enumerate() {
                let at = newest + step;
                newest = newest.max(at);
                prop_assert_eq!(clock.observe(at, &n.to_string()).epoch, 0);
            }
        }
    }
}
