-- What is taken back where a job does not come to its end: it was cancelled, failed, or the agent was killed in the middle.
ALTER TABLE job ADD COLUMN undo TEXT;        -- JSON; NULL: nothing
