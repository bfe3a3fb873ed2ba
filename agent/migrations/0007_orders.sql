-- How a channel's orders come home, as JSON; NULL: they do not.
ALTER TABLE channel ADD COLUMN orders TEXT;

-- One row: the shop's own API, to which orders are brought. `secret` is sealed.
CREATE TABLE shop (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    url        TEXT    NOT NULL,
    secret     BLOB    NOT NULL,
    noted_ms   INTEGER NOT NULL
) STRICT;

-- Up to when a channel's orders have been asked for.
CREATE TABLE order_cursor (
    channel_id INTEGER PRIMARY KEY REFERENCES channel (channel_id) ON DELETE CASCADE,
    since_ms   INTEGER NOT NULL,
    swept_ms   INTEGER NOT NULL             -- when the last sweep that reached the end began
) STRICT;

-- An order of a channel, by the newest statement about it.
CREATE TABLE channel_order (
    order_id   INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channel (channel_id) ON DELETE CASCADE,
    external   TEXT    NOT NULL,            -- the channel's id of it
    number     TEXT    NOT NULL,
    stage      TEXT    NOT NULL,            -- unpaid, open, shipped, cancelled
    placed_ms  INTEGER NOT NULL,            -- by the channel's clock
    changed_ms INTEGER NOT NULL,
    digest     TEXT    NOT NULL,            -- of the statement
    revision   INTEGER NOT NULL,            -- counts statements that said something new
    statement  BLOB    NOT NULL,            -- sealed: it holds a person's address
    via        TEXT    NOT NULL,            -- webhook or poll: which told of it first
    state      INTEGER NOT NULL,            -- home 0, waiting 1, on its way 2, parked 3
    accept     TEXT    NOT NULL DEFAULT '', -- what a person has agreed to, such as oversold
    home_revision INTEGER NOT NULL DEFAULT 0,
    shop_order INTEGER,                     -- WooCommerce's id of it
    code       TEXT,                        -- why it is parked or waits
    message    TEXT,
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_ms     INTEGER NOT NULL DEFAULT 0,
    first_ms   INTEGER NOT NULL,            -- when it was first heard of
    home_ms    INTEGER                      -- when the shop first had it
) STRICT;
CREATE UNIQUE INDEX channel_order_external ON channel_order (channel_id, external);
CREATE INDEX channel_order_due ON channel_order (state, due_ms);

-- Units per line. As long as the mirror does not show a sale, it is taken off what is listed.
CREATE TABLE order_line (
    order_id   INTEGER NOT NULL REFERENCES channel_order (order_id) ON DELETE CASCADE,
    line       TEXT    NOT NULL,
    item_id    INTEGER,                     -- NULL: nobody knows which variation that is
    sku        TEXT,
    title      TEXT    NOT NULL,
    quantity   INTEGER NOT NULL,
    wanted     INTEGER NOT NULL,            -- units that the order takes, by the newest statement
    home       INTEGER NOT NULL DEFAULT 0,  -- of these, units that the mirror's quantity reflects
    home_at    INTEGER NOT NULL DEFAULT 0,  -- the database's clock, up to which `home` was counted
    applied    INTEGER,                     -- units that the shop says it has taken
    applied_at INTEGER,                     -- by its database's clock
    PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_line_flight ON order_line (item_id) WHERE wanted > home;
CREATE INDEX order_line_claimed ON order_line (item_id) WHERE applied IS NOT NULL AND applied <> home;

-- Webhooks that wait to be looked at.
CREATE TABLE inbox (
    inbox_id   INTEGER PRIMARY KEY,
    record     TEXT    NOT NULL UNIQUE,     -- the journal's id of it
    channel    TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    headers    TEXT    NOT NULL,
    body       BLOB    NOT NULL
) STRICT;
CREATE INDEX inbox_channel ON inbox (channel, inbox_id);

-- Deliveries that were believed, so that a replay is not.
CREATE TABLE webhook_seen (
    channel_id INTEGER NOT NULL REFERENCES channel (channel_id) ON DELETE CASCADE,
    key        TEXT    NOT NULL,
    seen_ms    INTEGER NOT NULL,
    PRIMARY KEY (channel_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_sku ON listing (channel_id, sku) WHERE item_id IS NOT NULL;

-- What left the house, until its channel has been told.
CREATE TABLE shipment (
    shipment_id INTEGER PRIMARY KEY,
    record     TEXT    NOT NULL UNIQUE,     -- the journal's id of it
    channel    TEXT    NOT NULL,
    external   TEXT    NOT NULL,            -- the channel's id of the order
    body       TEXT    NOT NULL,            -- JSON
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_ms     INTEGER NOT NULL DEFAULT 0,
    told_ms    INTEGER,                     -- NULL: it waits
    message    TEXT                         -- why it waits, or why the channel will not have it
) STRICT;
CREATE INDEX shipment_waiting ON shipment (channel, due_ms) WHERE told_ms IS NULL;
