-- Where the quantity is: JSON [[location, micros], ...]; null: the shop has one place.
ALTER TABLE pool ADD COLUMN places TEXT;
