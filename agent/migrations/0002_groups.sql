-- Listings of one group share a call or a daily limit (eBay: a listing's variations; WooCommerce: a product's).
ALTER TABLE listing RENAME COLUMN quota_key TO group_key;
CREATE INDEX listing_group ON listing (channel_id, group_key) WHERE state = 1 AND group_key IS NOT NULL;
