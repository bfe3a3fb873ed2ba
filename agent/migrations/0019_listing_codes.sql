-- Matching looks up who else on the channel has a code, linked or not.
DROP INDEX listing_sku;
CREATE INDEX listing_sku ON listing (channel_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX listing_gtin ON listing (channel_id, gtin) WHERE gtin IS NOT NULL;
