-- Times: `at` is the shop database's clock in microseconds since the Unix epoch; every `*_ms` is this machine's
-- clock in milliseconds. Quantities called `*_micros` are millionths of a unit, others are whole units.

-- One row: how far the journal has been applied. Committed together with the effect of what was read.
CREATE TABLE journal_cursor (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    segment    INTEGER NOT NULL,
    offset     INTEGER NOT NULL,
    epoch      INTEGER NOT NULL DEFAULT 0,   -- counts backward jumps of the database's clock
    newest_at  INTEGER NOT NULL DEFAULT 0,   -- newest `at` seen in this epoch
    applied_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO journal_cursor (one, segment, offset) VALUES (1, 0, 0);

-- A stock pool: the post on which WooCommerce manages the quantity.
CREATE TABLE pool (
    pool_id       INTEGER PRIMARY KEY,
    qty_micros    INTEGER,                   -- NULL: not managed, or no number in the shop
    managed       INTEGER NOT NULL,
    status        TEXT    NOT NULL,          -- instock, outofstock, onbackorder
    backorders    TEXT    NOT NULL,
    held          TEXT    NOT NULL DEFAULT '[]', -- JSON: [[micros, expires_at], ...] reserved by unpaid checkouts
    held_until    INTEGER,                   -- `at` scale: when the earliest of them expires
    epoch         INTEGER NOT NULL,
    at            INTEGER NOT NULL,          -- of the statement that won
    balance_micros INTEGER,                  -- the ledger's running balance
    unsettled_ms  INTEGER,                   -- last activity; NULL once balance and quantity were compared at rest
    snap          TEXT,
    deleted       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX pool_unsettled ON pool (unsettled_ms) WHERE unsettled_ms IS NOT NULL;
CREATE INDEX pool_held ON pool (held_until) WHERE held_until IS NOT NULL;

-- A product or variation. `pool_id` says where its quantity lives.
CREATE TABLE item (
    item_id   INTEGER PRIMARY KEY,
    pool_id   INTEGER NOT NULL,
    parent_id INTEGER,
    kind      TEXT    NOT NULL,              -- simple, variation, variable, other
    sku       TEXT,
    gtin      TEXT,
    name      TEXT    NOT NULL,
    attrs     TEXT    NOT NULL,              -- JSON list of pairs
    price     TEXT,
    post_status TEXT  NOT NULL,
    sellable  INTEGER NOT NULL,
    deleted   INTEGER NOT NULL,
    problems  TEXT    NOT NULL DEFAULT '[]',
    epoch     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    snap      TEXT
) STRICT;
CREATE INDEX item_pool ON item (pool_id);
CREATE INDEX item_sku ON item (sku) WHERE sku IS NOT NULL;
CREATE INDEX item_gtin ON item (gtin) WHERE gtin IS NOT NULL;

-- Append-only. `stmt` and `seq` make applying the same statement twice impossible.
CREATE TABLE ledger (
    ledger_id INTEGER PRIMARY KEY,
    pool_id   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    stmt      INTEGER NOT NULL,              -- the journal record's id
    seq       INTEGER NOT NULL,              -- place among the record's movements
    op        TEXT    NOT NULL,              -- delta, set, status, baseline, unexplained
    delta_micros   INTEGER,
    set_micros     INTEGER,
    balance_micros INTEGER,                  -- after this row
    cause     TEXT    NOT NULL,
    ref       TEXT,
    line      TEXT,
    actor_kind TEXT   NOT NULL,
    actor_id  INTEGER,
    actor_name TEXT,
    req       TEXT    NOT NULL,
    note      TEXT,
    recorded_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ledger_pool ON ledger (pool_id, at, stmt, seq);

CREATE TABLE snapshot (
    snap      TEXT PRIMARY KEY,
    scope     TEXT NOT NULL,
    epoch     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    state     TEXT NOT NULL,                 -- open, applied, incomplete
    items     INTEGER NOT NULL DEFAULT 0,
    pools     INTEGER NOT NULL DEFAULT 0,
    forgotten INTEGER NOT NULL DEFAULT 0,
    message   TEXT,
    begun_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A connected account on a marketplace.
CREATE TABLE channel (
    channel_id INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    config     TEXT NOT NULL,                -- JSON; no secret in it
    secrets    BLOB NOT NULL,                -- sealed
    rules      TEXT NOT NULL DEFAULT '{}',   -- JSON: allocation rules of the channel
    state      TEXT NOT NULL DEFAULT 'active', -- active, paused
    message    TEXT,                         -- why it is paused
    created_ms INTEGER NOT NULL
) STRICT;

-- A variation on a channel, together with its one slot in the channel's queue.
CREATE TABLE listing (
    listing_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channel (channel_id) ON DELETE CASCADE,
    item_id    INTEGER,                      -- NULL: not mapped to a variation
    external   TEXT NOT NULL,                -- JSON: the channel's identifiers
    quota_key  TEXT,
    sku        TEXT,
    gtin       TEXT,
    title      TEXT NOT NULL DEFAULT '',
    rules      TEXT,                         -- JSON: overrides of the channel's rules
    desired    INTEGER,                      -- NULL: nothing is to be sent
    reason     TEXT NOT NULL DEFAULT '',     -- why desired is what it is
    version    INTEGER NOT NULL DEFAULT 0,   -- counts changes of desired
    cause_ledger INTEGER,                    -- newest ledger row that desired reflects
    sent       INTEGER,
    confirmed  INTEGER,
    confirmed_ms INTEGER,
    observed   INTEGER,                      -- the channel's own word, from a read-back
    observed_ms INTEGER,
    state      INTEGER NOT NULL DEFAULT 0,   -- idle 0, behind 1, leased 2, verifying 3, dead 4
    urgency    INTEGER NOT NULL DEFAULT 0,   -- 0 sold out, 1 decrease, 2 increase
    behind_ms  INTEGER,                      -- since when it is behind
    due_ms     INTEGER NOT NULL DEFAULT 0,   -- not before (retry, throttle, lease end)
    attempts   INTEGER NOT NULL DEFAULT 0,
    push_key   TEXT,                         -- idempotency key of the attempt under way
    receipt    TEXT,
    error_code TEXT,
    error      TEXT,
    held_by    INTEGER,                      -- the sweep hold that keeps it back
    swept_ms   INTEGER                       -- when it was last zeroed or multiplied without an order as the cause
) STRICT;
CREATE UNIQUE INDEX listing_external ON listing (channel_id, external);
CREATE INDEX listing_item ON listing (item_id);
-- The queue: most urgent first, then longest behind.
CREATE INDEX listing_queue ON listing (channel_id, urgency, behind_ms) WHERE state = 1;
CREATE INDEX listing_swept ON listing (channel_id, swept_ms) WHERE swept_ms IS NOT NULL;
CREATE INDEX listing_state ON listing (channel_id, state, due_ms);

-- What a channel was told, once per attempt of a listing.
CREATE TABLE push (
    push_id    INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL,
    ledger_id  INTEGER,
    version    INTEGER NOT NULL,
    quantity   INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    code       TEXT,
    message    TEXT,
    sent_ms    INTEGER NOT NULL,
    done_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX push_listing ON push (listing_id, push_id);
CREATE INDEX push_ledger ON push (ledger_id) WHERE ledger_id IS NOT NULL;
CREATE INDEX push_done ON push (done_ms);

-- Pushes per day under a channel's per-listing limit.
CREATE TABLE quota (
    channel_id INTEGER NOT NULL,
    quota_key  TEXT    NOT NULL,
    day        INTEGER NOT NULL,             -- days since the Unix epoch, UTC
    used       INTEGER NOT NULL,
    PRIMARY KEY (channel_id, quota_key, day)
) STRICT, WITHOUT ROWID;

-- A sweep that waits for a person's yes.
CREATE TABLE hold (
    hold_id    INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    kind       TEXT    NOT NULL,             -- zeroed, multiplied
    listings   INTEGER NOT NULL,
    of_listings INTEGER NOT NULL,
    message    TEXT    NOT NULL,
    state      TEXT    NOT NULL,             -- open, confirmed, rejected
    opened_ms  INTEGER NOT NULL,
    closed_ms  INTEGER
) STRICT;

-- What an operator should know about. One row per code and scope; counted, not repeated.
CREATE TABLE issue (
    code     TEXT NOT NULL,
    scope    TEXT NOT NULL,
    message  TEXT NOT NULL,
    action   TEXT NOT NULL,
    count    INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms  INTEGER NOT NULL,
    PRIMARY KEY (code, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
