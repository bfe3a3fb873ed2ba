-- Up to when what came back has been asked for, of channels that tell of it apart from their orders; NULL: never.
ALTER TABLE order_cursor ADD COLUMN returns_ms INTEGER;

-- What came back before anybody asked was put back by hand.
UPDATE order_cursor SET returns_ms = swept_ms;
