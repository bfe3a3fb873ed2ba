-- What was told because of a movement outlives the channel that was told: by its name, since its listing is gone (listing_id 0).
ALTER TABLE push ADD COLUMN channel TEXT;

CREATE TRIGGER channel_removed AFTER DELETE ON channel WHEN onhand_actor() IS NOT NULL
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'channel', OLD.name,
            json_object('kind', OLD.kind, 'config', json(OLD.config)));
END;
