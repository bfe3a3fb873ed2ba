-- Orders that a channel tells of and that cannot be read: asked for again until they can.
CREATE TABLE order_unreadable (
    channel_id INTEGER NOT NULL REFERENCES channel (channel_id) ON DELETE CASCADE,
    external   TEXT    NOT NULL,            -- the channel's id of it
    why        TEXT    NOT NULL,
    first_ms   INTEGER NOT NULL,
    due_ms     INTEGER NOT NULL,
    PRIMARY KEY (channel_id, external)
) STRICT, WITHOUT ROWID;
