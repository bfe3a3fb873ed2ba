//! Pages. Only forward paging in the order of ids, which is what a full walk needs; the rest is refused loudly.

use super::resolve::{FieldError, Obj, Out, Plain};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Most nodes on a page.
pub const MAX_PAGE: u64 = 250;

/// What a page was asked for.
#[derive(Clone, Copy, Debug)]
pub struct PageArgs {
    first: usize,
    /// Id of the last node of the page before; 0 on the first page.
    pub after: u64,
}

impl PageArgs {
    /// Reads `first` and `after`.
    ///
    /// # Errors
    /// They are missing, out of range, no cursor of ours, or paging backwards was asked for.
    pub fn read(args: &Map<String, Value>) -> Result<Self, FieldError> {
        let given = |name: &str| args.get(name).filter(|v| !v.is_null());
        if given("last").is_some() || given("before").is_some() || args.get("reverse") == Some(&json!(true)) {
            return Err(FieldError::unknown_to_simulator("paging backwards"));
        }
        let Some(first) = given("first").and_then(Value::as_u64) else {
            return Err(FieldError::bad_request("you must provide one of first or last"));
        };
        if first == 0 || first > MAX_PAGE {
            return Err(FieldError::bad_request(&format!(
                "first must be between 1 and {MAX_PAGE}, not {first}"
            )));
        }
        let after = match given("after").and_then(Value::as_str) {
            None => 0,
            Some(cursor) => decode(cursor).ok_or_else(|| {
                FieldError::bad_request(&format!("Invalid cursor for current pagination sort: {cursor}"))
            })?,
        };
        Ok(Self { first: usize::try_from(first).unwrap_or(1), after })
    }

    /// The page as a connection object. `nodes` come in the order of their ids and start after the cursor.
    pub fn connection<'s>(
        self,
        ty: [&'static str; 2],
        nodes: impl Iterator<Item = (u64, Obj<'s>)>,
    ) -> Out<'s> {
        let mut found: Vec<(u64, Obj<'s>)> = nodes.take(self.first.saturating_add(1)).collect();
        let more = found.len() > self.first;
        found.truncate(self.first);
        let cursor = |at: Option<&(u64, Obj<'s>)>| at.map_or(Value::Null, |(id, _)| json!(encode(*id)));
        let info = Plain::new("PageInfo")
            .leaf("hasNextPage", json!(more))
            .leaf("hasPreviousPage", json!(self.after > 0))
            .leaf("startCursor", cursor(found.first()))
            .leaf("endCursor", cursor(found.last()));
        let edges = found.iter().map(|(id, node)| {
            Plain::new(ty[1])
                .leaf("cursor", json!(encode(*id)))
                .field("node", Out::Object(node.clone()))
                .out()
        });
        let edges = Out::List(edges.collect());
        let nodes = Out::List(found.into_iter().map(|(_, node)| Out::Object(node)).collect());
        Plain::new(ty[0]).field("nodes", nodes).field("edges", edges).field("pageInfo", info.out()).out()
    }
}

fn encode(id: u64) -> String {
    STANDARD.encode(format!("{{\"last_id\":{id},\"last_value\":\"{id}\"}}"))
}

fn decode(cursor: &str) -> Option<u64> {
    let bytes = STANDARD.decode(cursor).ok()?;
    serde_json::from_slice::<Value>(&bytes).ok()?.get("last_id")?.as_u64()
}
