-- A kit is made of others and has no stock of its own.
ALTER TABLE item ADD COLUMN kit INTEGER NOT NULL DEFAULT 0;

CREATE TABLE part (
    kit        INTEGER NOT NULL,            -- the item that is made of it
    part       INTEGER NOT NULL,            -- the item
    units      INTEGER NOT NULL,            -- so many in one kit
    PRIMARY KEY (kit, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_of ON part (part);
