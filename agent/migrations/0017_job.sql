-- Long work that a person started: how it went is there after the browser was closed, and after the agent was restarted.
CREATE TABLE job (
    job_id     INTEGER PRIMARY KEY,
    what       TEXT    NOT NULL,             -- match, compare
    channel    TEXT    NOT NULL,
    state      TEXT    NOT NULL,             -- running, done, failed, cancelled, interrupted
    began_ms   INTEGER NOT NULL,
    ended_ms   INTEGER,
    done       INTEGER NOT NULL DEFAULT 0,
    total      INTEGER,                      -- NULL: nobody knows
    result     TEXT,                         -- JSON
    message    TEXT                          -- why it failed
) STRICT;
CREATE INDEX job_state ON job (state, job_id);
