-- When a listing was last among those that its channel told of.
ALTER TABLE listing ADD COLUMN seen_ms INTEGER;
-- What a channel's own word that differs leads to: repair, report or off; NULL: as configured.
ALTER TABLE channel ADD COLUMN reconcile TEXT;

-- A comparison of a channel's listings with what they should show.
CREATE TABLE reconciliation (
    run_id     INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channel (channel_id) ON DELETE CASCADE,
    began_ms   INTEGER NOT NULL,
    ended_ms   INTEGER,                     -- NULL: under way, or cut short
    compared   INTEGER NOT NULL DEFAULT 0,
    drifted    INTEGER NOT NULL DEFAULT 0,
    repaired   INTEGER NOT NULL DEFAULT 0,
    message    TEXT                         -- why it was cut short
) STRICT;
CREATE INDEX reconciliation_channel ON reconciliation (channel_id, began_ms);

-- A listing that showed something else than it should.
CREATE TABLE drift (
    drift_id   INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES reconciliation (run_id) ON DELETE CASCADE,
    listing_id INTEGER NOT NULL REFERENCES listing (listing_id) ON DELETE CASCADE,
    found_ms   INTEGER NOT NULL,
    desired    INTEGER,
    confirmed  INTEGER,                     -- what the channel had confirmed last
    shown      INTEGER,                     -- what it shows; NULL: it is not there any more
    cause      TEXT NOT NULL,               -- channel_lag, not_applied, sold_or_edited, edited, ended
    repaired   INTEGER NOT NULL
) STRICT;
CREATE INDEX drift_listing ON drift (listing_id, drift_id);
CREATE INDEX drift_run ON drift (run_id);
