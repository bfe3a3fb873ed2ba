-- What its product is filed under, as JSON: [["category", "shirts"], ["tag", "summer"], ...].
ALTER TABLE item ADD COLUMN terms TEXT NOT NULL DEFAULT '[]';

-- Rules for a part of the variations, on one channel or on all; a channel's and a listing's own stand with those.
CREATE TABLE rule_set (
    rule_set_id INTEGER PRIMARY KEY,
    channel_id INTEGER REFERENCES channel (channel_id) ON DELETE CASCADE, -- NULL: all channels
    kind       TEXT NOT NULL,               -- sku, product, tag, category, all
    key        TEXT NOT NULL,               -- the SKU, the product's id, the slug; empty for all
    rules      TEXT NOT NULL                -- JSON
) STRICT;
CREATE UNIQUE INDEX rule_set_of ON rule_set (coalesce(channel_id, 0), kind, key);
