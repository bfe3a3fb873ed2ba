//! What the shop has, pool by pool: for stock files of other systems.

use crate::allocation::Places;
use crate::db::DbError;
use crate::domain::Quantity;
use crate::stock_file::write::StockRow;
use rusqlite::Connection;

/// Hands on every counted pool that has a SKU: a variation's own, or a product's for all of its variations. Says how many have none.
///
/// # Errors
/// When the database refuses, or whoever takes them.
pub fn each<E: From<DbError>>(
    conn: &Connection,
    mut take: impl FnMut(&StockRow) -> Result<(), E>,
) -> Result<usize, E> {
    let refused = |error: rusqlite::Error| E::from(DbError::from(error));
    let mut select = conn
        .prepare(
            "SELECT i.sku, i.gtin, i.name, i.price, p.qty_micros, p.places FROM pool p JOIN item i ON i.item_id = p.pool_id
             WHERE p.managed = 1 AND p.deleted = 0 AND i.deleted = 0 AND p.qty_micros IS NOT NULL ORDER BY p.pool_id",
        )
        .map_err(refused)?;
    let mut rows = select.query([]).map_err(refused)?;
    let mut nameless = 0;
    while let Some(row) = rows.next().map_err(refused)? {
        let Some(sku) = row.get::<_, Option<String>>(0).map_err(refused)? else {
            nameless += 1;
            continue;
        };
        let places: Option<String> = row.get(5).map_err(refused)?;
        take(&StockRow {
            sku,
            gtin: row.get(1).map_err(refused)?,
            name: row.get(2).map_err(refused)?,
            price: row.get(3).map_err(refused)?,
            quantity: Quantity::from_micros(row.get(4).map_err(refused)?),
            places: places.as_deref().map(Places::read).transpose().map_err(E::from)?.unwrap_or_default().0,
        })?;
    }
    Ok(nameless)
}
