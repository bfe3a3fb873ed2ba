-- The rule by which a channel's prices follow the shop's, as JSON; NULL: they are left alone.
ALTER TABLE channel ADD COLUMN prices TEXT;
-- Decimal text. What the channel should show; NULL: nothing is to be sent.
ALTER TABLE listing ADD COLUMN desired_price TEXT;
-- What the call under way, or one of unknown outcome, says.
ALTER TABLE listing ADD COLUMN sent_price TEXT;
ALTER TABLE listing ADD COLUMN confirmed_price TEXT;
