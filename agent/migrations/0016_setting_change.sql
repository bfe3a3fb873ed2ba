-- Who changed which setting, before and after. What the agent itself keeps is noted by the triggers below, in the transaction
-- of the change, whichever way it was made; what the shop keeps is told by the journal. onhand_actor() is the person or program
-- on whose behalf something is written: NULL where the agent acts by itself.
CREATE TABLE setting_change (
    change_id INTEGER PRIMARY KEY,
    at_ms     INTEGER NOT NULL,
    actor     TEXT    NOT NULL,             -- JSON: kind, id, name, via
    setting   TEXT    NOT NULL,             -- what kind of thing
    subject   TEXT    NOT NULL,             -- which one
    before    TEXT,                         -- JSON; NULL: was not there, or is not kept
    after     TEXT,                         -- JSON; NULL: is not there any more
    place     TEXT,                         -- JSON: of rules, what they are for, as they are asked for
    record    TEXT UNIQUE                   -- the journal's record, if it came by that
) STRICT;
CREATE INDEX setting_change_of ON setting_change (setting, change_id);

CREATE TRIGGER channel_added AFTER INSERT ON channel WHEN onhand_actor() IS NOT NULL
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'channel', NEW.name,
            json_object('kind', NEW.kind, 'config', json(NEW.config)));
END;

CREATE TRIGGER channel_config AFTER UPDATE OF config ON channel WHEN onhand_actor() IS NOT NULL AND OLD.config IS NOT NEW.config
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'channel', NEW.name, OLD.config, NEW.config);
END;

-- What credentials were is nobody's business.
CREATE TRIGGER channel_secrets AFTER UPDATE OF secrets ON channel WHEN onhand_actor() IS NOT NULL AND OLD.secrets IS NOT NEW.secrets
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'credentials', NEW.name);
END;

-- The agent pauses a channel whose credentials are refused, too.
CREATE TRIGGER channel_state AFTER UPDATE OF state ON channel WHEN OLD.state IS NOT NEW.state
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), coalesce(onhand_actor(), '{"kind":"agent"}'), 'state', NEW.name,
            json_object('state', OLD.state), json_object('state', NEW.state, 'message', NEW.message));
END;

CREATE TRIGGER channel_rules AFTER UPDATE OF rules ON channel WHEN onhand_actor() IS NOT NULL AND OLD.rules IS NOT NEW.rules
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after, place)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'rules', NEW.name, OLD.rules, NEW.rules,
            json_object('channel', NEW.name));
END;

CREATE TRIGGER channel_prices AFTER UPDATE OF prices ON channel WHEN onhand_actor() IS NOT NULL AND OLD.prices IS NOT NEW.prices
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'prices', NEW.name, OLD.prices, NEW.prices);
END;

CREATE TRIGGER channel_orders AFTER UPDATE OF orders ON channel WHEN onhand_actor() IS NOT NULL AND OLD.orders IS NOT NEW.orders
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'orders', NEW.name, OLD.orders, NEW.orders);
END;

CREATE TRIGGER channel_reconcile AFTER UPDATE OF reconcile ON channel WHEN onhand_actor() IS NOT NULL AND OLD.reconcile IS NOT NEW.reconcile
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'reconcile', NEW.name,
            json_quote(OLD.reconcile), json_quote(NEW.reconcile));
END;

CREATE TRIGGER listing_rules AFTER UPDATE OF rules ON listing WHEN onhand_actor() IS NOT NULL AND OLD.rules IS NOT NEW.rules
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after, place)
    SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'rules',
           c.name || ': ' || coalesce(i.sku, NEW.sku, NEW.external), OLD.rules, NEW.rules,
           CASE WHEN i.sku IS NOT NULL THEN json_object('channel', c.name, 'sku', i.sku) END
    FROM channel c LEFT JOIN item i ON i.item_id = NEW.item_id WHERE c.channel_id = NEW.channel_id;
END;

CREATE TRIGGER rule_set_added AFTER INSERT ON rule_set WHEN onhand_actor() IS NOT NULL
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, after, place)
    SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'rules',
           coalesce((SELECT name FROM channel WHERE channel_id = NEW.channel_id), 'all channels') || ': ' || trim(NEW.kind || ' ' || NEW.key), NEW.rules,
           json_patch(json_object('channel', (SELECT name FROM channel WHERE channel_id = NEW.channel_id)),
           CASE NEW.kind WHEN 'all' THEN '{}' WHEN 'product' THEN json_object('product', CAST(NEW.key AS INTEGER)) ELSE json_object(NEW.kind, NEW.key) END);
END;

CREATE TRIGGER rule_set_changed AFTER UPDATE OF rules ON rule_set WHEN onhand_actor() IS NOT NULL AND OLD.rules IS NOT NEW.rules
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after, place)
    SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'rules',
           coalesce((SELECT name FROM channel WHERE channel_id = NEW.channel_id), 'all channels') || ': ' || trim(NEW.kind || ' ' || NEW.key), OLD.rules, NEW.rules,
           json_patch(json_object('channel', (SELECT name FROM channel WHERE channel_id = NEW.channel_id)),
           CASE NEW.kind WHEN 'all' THEN '{}' WHEN 'product' THEN json_object('product', CAST(NEW.key AS INTEGER)) ELSE json_object(NEW.kind, NEW.key) END);
END;

CREATE TRIGGER rule_set_removed AFTER DELETE ON rule_set WHEN onhand_actor() IS NOT NULL
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, place)
    SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'rules',
           coalesce((SELECT name FROM channel WHERE channel_id = OLD.channel_id), 'all channels') || ': ' || trim(OLD.kind || ' ' || OLD.key), OLD.rules,
           json_patch(json_object('channel', (SELECT name FROM channel WHERE channel_id = OLD.channel_id)),
           CASE OLD.kind WHEN 'all' THEN '{}' WHEN 'product' THEN json_object('product', CAST(OLD.key AS INTEGER)) ELSE json_object(OLD.kind, OLD.key) END);
END;

CREATE TRIGGER hook_added AFTER INSERT ON hook WHEN onhand_actor() IS NOT NULL
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'hook', NEW.url, json_object('state', NEW.state));
END;

CREATE TRIGGER hook_state AFTER UPDATE OF state ON hook WHEN OLD.state IS NOT NEW.state
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before, after)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), coalesce(onhand_actor(), '{"kind":"agent"}'), 'hook', NEW.url,
            json_object('state', OLD.state), json_object('state', NEW.state, 'message', NEW.message));
END;

CREATE TRIGGER hook_removed AFTER DELETE ON hook WHEN onhand_actor() IS NOT NULL
BEGIN
    INSERT INTO setting_change (at_ms, actor, setting, subject, before)
    VALUES (CAST(unixepoch('subsec') * 1000 AS INTEGER), onhand_actor(), 'hook', OLD.url, json_object('state', OLD.state));
END;
