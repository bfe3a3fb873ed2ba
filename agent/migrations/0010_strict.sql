-- Strict mode: units that one listing alone may sell. Such a listing is set to zero, or from a zero that the channel has
-- confirmed to what it was allotted, and to nothing else; dispatch looks at `strict` before it claims one.
ALTER TABLE listing ADD COLUMN strict INTEGER NOT NULL DEFAULT 0;
-- What is to be shown and cannot be, since the channel may show something else than zero.
CREATE INDEX listing_strict ON listing (listing_id) WHERE strict = 1 AND state IN (1, 4) AND desired > 0;

CREATE TABLE allotment (
    listing_id INTEGER PRIMARY KEY REFERENCES listing (listing_id) ON DELETE CASCADE,
    channel_id INTEGER NOT NULL,
    item_id    INTEGER NOT NULL,
    phase      INTEGER NOT NULL,            -- closing 0, empty 1, granted 2, open 3, leaving 4
    units      INTEGER NOT NULL DEFAULT 0,  -- as the shop has noted: it does not sell these
    flight     INTEGER NOT NULL DEFAULT 0,  -- of these, sold by the channel and not home
    opened     INTEGER NOT NULL DEFAULT 0,  -- what the channel is set to while it is open
    since_ms   INTEGER NOT NULL,            -- in this phase
    due_ms     INTEGER NOT NULL DEFAULT 0,  -- the shop is not asked before this
    look       INTEGER NOT NULL DEFAULT 1,  -- something about its pool has changed
    sold       INTEGER NOT NULL DEFAULT 0,  -- units that came home
    open_ms    INTEGER NOT NULL DEFAULT 0,  -- time in which it sold, and in which it could not:
    dry_ms     INTEGER NOT NULL DEFAULT 0   -- the price of it
) STRICT;
CREATE UNIQUE INDEX allotment_of ON allotment (channel_id, item_id);
CREATE INDEX allotment_item ON allotment (item_id);
CREATE INDEX allotment_look ON allotment (listing_id) WHERE look = 1;
CREATE INDEX allotment_moving ON allotment (phase) WHERE phase <> 3;

-- Of the pool's units, those that are listings' alone: nobody else lists them.
ALTER TABLE pool ADD COLUMN allotted INTEGER NOT NULL DEFAULT 0;

-- The line of whose kit this one is a part. A kit is not sold out of the units of its parts' own listings.
ALTER TABLE order_line ADD COLUMN part_of TEXT;

CREATE TRIGGER allotment_added AFTER INSERT ON allotment BEGIN
    UPDATE allotment SET flight = (
        SELECT coalesce(sum(l.wanted - l.home), 0) FROM order_line l JOIN channel_order o USING (order_id)
        WHERE l.item_id = NEW.item_id AND l.part_of IS NULL AND l.wanted > l.home AND o.channel_id = NEW.channel_id)
    WHERE listing_id = NEW.listing_id;
END;
CREATE TRIGGER allotment_changed AFTER UPDATE OF units, flight ON allotment BEGIN
    UPDATE pool SET allotted = (
        SELECT coalesce(sum(max(a.units - a.flight, 0)), 0) FROM allotment a JOIN item i USING (item_id)
        WHERE i.pool_id = pool.pool_id)
    WHERE pool_id = (SELECT pool_id FROM item WHERE item_id = NEW.item_id);
END;
CREATE TRIGGER allotment_gone AFTER DELETE ON allotment BEGIN
    UPDATE pool SET allotted = (
        SELECT coalesce(sum(max(a.units - a.flight, 0)), 0) FROM allotment a JOIN item i USING (item_id)
        WHERE i.pool_id = pool.pool_id)
    WHERE pool_id = (SELECT pool_id FROM item WHERE item_id = OLD.item_id);
END;
-- A variation that is counted elsewhere from now on takes its units with it.
CREATE TRIGGER allotment_moved AFTER UPDATE OF pool_id ON item
WHEN OLD.pool_id <> NEW.pool_id AND EXISTS (SELECT 1 FROM allotment WHERE item_id = NEW.item_id) BEGIN
    UPDATE pool SET allotted = (
        SELECT coalesce(sum(max(a.units - a.flight, 0)), 0) FROM allotment a JOIN item i USING (item_id)
        WHERE i.pool_id = pool.pool_id)
    WHERE pool_id IN (OLD.pool_id, NEW.pool_id);
END;

-- A channel's sale is one of its own units, in flight first; at home the shop has taken it off both stock and units.
CREATE TRIGGER allotment_sold AFTER INSERT ON order_line
WHEN NEW.item_id IS NOT NULL AND NEW.part_of IS NULL AND NEW.wanted > NEW.home BEGIN
    UPDATE allotment SET flight = flight + NEW.wanted - NEW.home
    WHERE item_id = NEW.item_id AND channel_id = (SELECT channel_id FROM channel_order WHERE order_id = NEW.order_id);
END;
CREATE TRIGGER allotment_homed AFTER UPDATE OF wanted, home, item_id ON order_line
WHEN NEW.part_of IS NULL AND EXISTS (SELECT 1 FROM allotment WHERE item_id IN (OLD.item_id, NEW.item_id)) BEGIN
    UPDATE allotment SET flight = flight - max(OLD.wanted - OLD.home, 0)
    WHERE item_id = OLD.item_id AND channel_id = (SELECT channel_id FROM channel_order WHERE order_id = OLD.order_id);
    UPDATE allotment SET flight = flight + max(NEW.wanted - NEW.home, 0),
           units = max(units - max(NEW.home - OLD.home, 0), 0), sold = sold + max(NEW.home - OLD.home, 0)
    WHERE item_id = NEW.item_id AND channel_id = (SELECT channel_id FROM channel_order WHERE order_id = NEW.order_id);
END;
