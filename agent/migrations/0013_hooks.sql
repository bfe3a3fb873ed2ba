-- The merchant's other services that are told what happens: outgoing webhooks (https://www.standardwebhooks.com).
CREATE TABLE hook (
    hook_id    INTEGER PRIMARY KEY,
    url        TEXT    NOT NULL,
    secret     BLOB    NOT NULL,            -- sealed
    state      TEXT    NOT NULL DEFAULT 'active', -- active, off
    message    TEXT,                        -- why it is off, or what went wrong last
    created_ms INTEGER NOT NULL
) STRICT;

-- What each wants to hear of.
CREATE TABLE hook_type (
    type       TEXT    NOT NULL,
    hook_id    INTEGER NOT NULL REFERENCES hook (hook_id) ON DELETE CASCADE,
    PRIMARY KEY (type, hook_id)
) STRICT, WITHOUT ROWID;

-- What happened, as it is told.
CREATE TABLE event (
    event_id   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,     -- the same for every try: the receiver's idempotency key
    type       TEXT    NOT NULL,
    at_ms      INTEGER NOT NULL,
    body       TEXT    NOT NULL             -- JSON
) STRICT;
CREATE INDEX event_at ON event (at_ms);

CREATE TABLE delivery (
    delivery_id INTEGER PRIMARY KEY,
    hook_id    INTEGER NOT NULL REFERENCES hook (hook_id) ON DELETE CASCADE,
    event_id   INTEGER NOT NULL REFERENCES event (event_id) ON DELETE CASCADE,
    state      INTEGER NOT NULL DEFAULT 0,  -- waiting 0, done 1, given up 2
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_ms     INTEGER NOT NULL,
    status     INTEGER,                     -- of the last answer
    message    TEXT,
    done_ms    INTEGER
) STRICT;
CREATE INDEX delivery_due ON delivery (due_ms) WHERE state = 0;
CREATE INDEX delivery_of ON delivery (hook_id, event_id);
