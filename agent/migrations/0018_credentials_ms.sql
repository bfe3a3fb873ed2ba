-- When a person last gave a channel its credentials: some end after a fixed time.
ALTER TABLE channel ADD COLUMN credentials_ms INTEGER;
UPDATE channel SET credentials_ms = created_ms;
