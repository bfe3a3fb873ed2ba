//! Why a channel shows something else than it should, as far as can be told. Pure.

/// What is known of one listing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// What it should show.
    pub desired: i64,
    /// What the channel confirmed last, and when.
    pub confirmed: Option<i64>,
    pub confirmed_ms: i64,
    /// What it shows.
    pub shown: i64,
    /// It was told this before, earlier than what it confirmed last.
    pub told_before: bool,
    /// When reading it began.
    pub read_ms: i64,
    /// How long a channel may take to show what it confirmed.
    pub lag_ms: i64,
}

/// A likely cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It shows what it should.
    None,
    /// It was told just now and shows what it was told before: it needs a little longer.
    ChannelLag,
    /// It confirmed a quantity long ago and shows one from before: not applied, or an older push was applied later.
    NotApplied,
    /// Less than it confirmed: sold there, or changed by somebody there.
    SoldOrEdited,
    /// More than it confirmed, or nothing was ever confirmed: changed by somebody there.
    Edited,
}

impl Cause {
    /// As stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ChannelLag => "channel_lag",
            Self::NotApplied => "not_applied",
            Self::SoldOrEdited => "sold_or_edited",
            Self::Edited => "edited",
        }
    }
}

pub(super) fn of(facts: &Facts) -> Cause {
    if facts.shown == facts.desired {
        return Cause::None;
    }
    let fresh = facts.read_ms.saturating_sub(facts.confirmed_ms) < facts.lag_ms;
    match facts.confirmed {
        _ if facts.told_before && fresh => Cause::ChannelLag,
        Some(confirmed) if facts.told_before && confirmed != facts.shown => Cause::NotApplied,
        Some(confirmed) if facts.shown < confirmed => Cause::SoldOrEdited,
        _ => Cause::Edited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts = Facts {
        desired: 5,
        confirmed: Some(5),
        confirmed_ms: 0,
        shown: 5,
        told_before: false,
        read_ms: 1_000_000,
        lag_ms: 1_000,
    };

    #[test]
    fn causes() {
        assert_eq!(of(&FACTS), Cause::None);
        assert_eq!(of(&Facts { shown: 3, ..FACTS }), Cause::SoldOrEdited);
        assert_eq!(of(&Facts { shown: 9, ..FACTS }), Cause::Edited);
        assert_eq!(of(&Facts { shown: 9, told_before: true, ..FACTS }), Cause::NotApplied);
        let fresh = Facts { shown: 9, told_before: true, confirmed_ms: 999_500, ..FACTS };
        assert_eq!(of(&fresh), Cause::ChannelLag);
        assert_eq!(of(&Facts { told_before: false, ..fresh }), Cause::Edited);
        assert_eq!(of(&Facts { confirmed: None, shown: 2, ..FACTS }), Cause::Edited);
    }
}
