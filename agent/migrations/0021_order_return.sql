-- Units that came back, of channels that tell of each return by itself. A return that is told again takes its own place.
CREATE TABLE order_return (
    order_id   INTEGER NOT NULL REFERENCES channel_order (order_id) ON DELETE CASCADE,
    external   TEXT    NOT NULL,            -- the channel's id of the return
    line       TEXT    NOT NULL,            -- of the order
    units      INTEGER NOT NULL,
    PRIMARY KEY (order_id, external, line)
) STRICT, WITHOUT ROWID;
