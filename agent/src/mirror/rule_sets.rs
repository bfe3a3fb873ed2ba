//! Rules for a part of the variations, as stored.

use crate::allocation::{RuleSet, Rules, Scope};
use crate::db::DbError;
use crate::domain::ChannelId;
use rusqlite::{Connection, Transaction, params};

/// All of them, in the order of their scopes.
///
/// # Errors
/// When the database refuses.
pub fn all(conn: &Connection) -> Result<Vec<RuleSet>, DbError> {
    let mut select = conn.prepare_cached("SELECT channel_id, kind, key, rules FROM rule_set")?;
    let rows = select.query_map([], |row| {
        Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
    })?;
    let mut sets = Vec::new();
    for row in rows {
        let (channel, kind, key, rules): (Option<ChannelId>, _, _, _) = row?;
        let corrupt = |why: String| DbError::Corrupt(format!("rules for {kind} {key}: {why}"));
        let scope = Scope::parse(&kind, &key).ok_or_else(|| corrupt("there is no such kind".to_owned()))?;
        let rules = serde_json::from_str(&rules).map_err(|error| corrupt(error.to_string()))?;
        sets.push(RuleSet { channel, scope, rules });
    }
    sets.sort_by(|one, other| (&one.scope, one.channel).cmp(&(&other.scope, other.channel)));
    Ok(sets)
}

/// Writes one over what there was; one that says nothing is forgotten.
///
/// # Errors
/// When the database refuses.
pub fn put(tx: &Transaction<'_>, set: &RuleSet) -> Result<(), DbError> {
    let (kind, key) = (set.scope.kind(), set.scope.key());
    if set.rules == Rules::default() {
        tx.execute(
            "DELETE FROM rule_set WHERE coalesce(channel_id, 0) = coalesce(?1, 0) AND kind = ?2 AND key = ?3",
            params![set.channel, kind, key],
        )?;
        return Ok(());
    }
    let rules = serde_json::to_string(&set.rules).map_err(|error| DbError::Corrupt(error.to_string()))?;
    tx.execute(
        "INSERT INTO rule_set (channel_id, kind, key, rules) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (coalesce(channel_id, 0), kind, key) DO UPDATE SET rules = excluded.rules",
        params![set.channel, kind, key, rules],
    )?;
    Ok(())
}

/// Is there any variation for which it could hold?
///
/// # Errors
/// When the database refuses.
pub fn is_known(conn: &Connection, scope: &Scope) -> Result<bool, DbError> {
    let (sql, key) = match scope {
        Scope::All => return Ok(true),
        Scope::Sku(_) => ("SELECT EXISTS (SELECT 1 FROM item WHERE sku = ?1 AND deleted = 0)", scope.key()),
        Scope::Product(_) => {
            ("SELECT EXISTS (SELECT 1 FROM item WHERE item_id = CAST(?1 AS INTEGER) AND deleted = 0)", scope.key())
        }
        Scope::Tag(_) | Scope::Category(_) => (
            "SELECT EXISTS (SELECT 1 FROM item, json_each(item.terms) AS term WHERE item.terms <> '[]' AND item.deleted = 0
                            AND term.value = json_array(json_extract(?1, '$[0]'), json_extract(?1, '$[1]')))",
            serde_json::json!([scope.kind(), scope.key()]).to_string(),
        ),
    };
    Ok(conn.query_row(sql, [key], |row| row.get(0))?)
}
