-- A channel's job that carries many listings, from its making until every line of it is settled.
CREATE TABLE feed (
    feed_id    INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channel (channel_id) ON DELETE CASCADE,
    receipt    TEXT,                        -- the channel's handle; NULL: being sent, or nobody knows whether it arrived
    made_ms    INTEGER NOT NULL,
    due_ms     INTEGER NOT NULL,            -- when to ask for it next
    looks      INTEGER NOT NULL DEFAULT 0,
    listings   INTEGER NOT NULL DEFAULT 0,
    ended_ms   INTEGER,
    message    TEXT                         -- how it ended
) STRICT;
CREATE INDEX feed_channel ON feed (channel_id, made_ms);
CREATE INDEX feed_open ON feed (channel_id, due_ms) WHERE ended_ms IS NULL;

-- What a feed says of a listing. Gone once it is settled.
CREATE TABLE feed_line (
    feed_id    INTEGER NOT NULL REFERENCES feed (feed_id) ON DELETE CASCADE,
    line       INTEGER NOT NULL,            -- from 0, as sent
    listing_id INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    behind_ms  INTEGER NOT NULL,
    ledger_id  INTEGER,
    PRIMARY KEY (feed_id, line)
) STRICT, WITHOUT ROWID;

-- The newest feed that carried it. In state 5 (in a feed) nothing newer was sent.
ALTER TABLE listing ADD COLUMN feed_id INTEGER;
