//! `inventorySetQuantities`: compare-and-set on many items at once, all or nothing.
//!
//! Codes, messages and field paths are those recorded from a real store; where none was recorded (stale compare,
//! idempotency) they are the documentation's.

use super::gid::parse;
use super::payload::{Payload, UserError};
use super::resolve::FieldError;
use super::state::{Change, Group, KeyRecord, Level, Shop, Variant};
use crate::sim::http::Verdict;
use crate::sim::marketplace::Marketplace;
use crate::sim::op::{Op, State};
use crate::sim::record::{WriteOutcome, WriteRecord};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Largest quantity, either way.
const MAX_QUANTITY: i64 = 1_000_000_000;
/// Most elements of an input array.
pub const MAX_ROWS: usize = 250;
/// How long an idempotency key is remembered.
const KEY_LIFE_US: i64 = 24 * 3600 * 1_000_000;
const REASONS: [&str; 17] = [
    "correction",
    "cycle_count_available",
    "damaged",
    "movement_canceled",
    "movement_created",
    "movement_received",
    "movement_updated",
    "other",
    "promotion",
    "quality_control",
    "received",
    "reservation_created",
    "reservation_deleted",
    "reservation_updated",
    "restock",
    "safety_stock",
    "shrinkage",
];

/// One row of the input.
struct Row<'a> {
    item: Option<u64>,
    location: Option<u64>,
    item_gid: &'a str,
    location_gid: &'a str,
    quantity: i64,
    change_from: Option<i64>,
}

/// The input, read but not judged.
pub struct Input<'a> {
    reason: &'a str,
    name: &'a str,
    reference: Option<&'a str>,
    rows: Vec<Row<'a>>,
    fingerprint: u64,
}

impl<'a> Input<'a> {
    /// Reads the coerced `input` argument.
    ///
    /// # Errors
    /// `changeFromQuantity` is missing somewhere (null is fine), or there are too many rows.
    pub fn read(input: &'a Value) -> Result<Self, FieldError> {
        let text = |name: &str| input.get(name).and_then(Value::as_str);
        let rows = input.get("quantities").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if rows.iter().any(|row| row.get("changeFromQuantity").is_none()) {
            let message = "InventoryQuantityInput must include the following argument: changeFromQuantity.";
            return Err(FieldError {
                message: message.to_owned(),
                code: "INVALID_FIELD_ARGUMENTS",
                gap: false,
            });
        }
        if rows.len() > MAX_ROWS {
            let message = format!(
                "The input array size of {} is greater than the maximum allowed of {MAX_ROWS}.",
                rows.len()
            );
            return Err(FieldError { message, code: "MAX_INPUT_SIZE_EXCEEDED", gap: false });
        }
        let mut hasher = DefaultHasher::new();
        input.to_string().hash(&mut hasher);
        Ok(Self {
            reason: text("reason").unwrap_or_default(),
            name: text("name").unwrap_or_default(),
            reference: text("referenceDocumentUri"),
            rows: rows.iter().map(Row::read).collect(),
            fingerprint: hasher.finish(),
        })
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }
}

impl<'a> Row<'a> {
    fn read(row: &'a Value) -> Self {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let (item_gid, location_gid) = (text("inventoryItemId"), text("locationId"));
        Self {
            item: parse("InventoryItem", item_gid),
            location: parse("Location", location_gid),
            item_gid,
            location_gid,
            quantity: row.get("quantity").and_then(Value::as_i64).unwrap_or_default(),
            change_from: row.get("changeFromQuantity").and_then(Value::as_i64),
        }
    }

    fn variant<'s>(&self, shop: &'s Shop) -> Option<&'s Variant> {
        shop.variant_of_item(self.item?)
    }

    fn level<'s>(&self, shop: &'s Shop) -> Option<&'s Level> {
        shop.level(self.item?, self.location?)
    }
}

/// Everything outside the input that the result depends on.
pub struct Call<'a> {
    pub key: &'a str,
    /// Business time.
    pub now_us: i64,
    /// Receipt time.
    pub received_us: i64,
    pub request: u64,
    pub verdict: &'a Verdict,
}

/// Decides what the mutation does.
#[must_use]
pub fn decide(state: &State, input: &Input<'_>, call: &Call<'_>) -> (Vec<Op>, Payload) {
    let shop = &state.shop;
    let known = shop.key(call.key).filter(|k| call.now_us.saturating_sub(k.at_us) < KEY_LIFE_US);
    if let Some(known) = known {
        let payload = repeat(known, input);
        let outcome = if payload.errors.is_empty() { WriteOutcome::Replayed } else { WriteOutcome::Rejected };
        return (records(state, input, call, outcome, &payload.errors), payload);
    }
    let errors = judge(shop, input, call.verdict);
    let mut ops = Vec::new();
    let mut payload = Payload { errors, ..Payload::default() };
    let mut outcome = WriteOutcome::Rejected;
    if payload.errors.is_empty() {
        let (levels, changes) = changed(shop, input, call.now_us);
        outcome = if call.verdict.lie { WriteOutcome::Lied } else { WriteOutcome::Applied };
        payload.group = (!changes.is_empty()).then(|| Group {
            id: shop.next_id(),
            created_us: call.now_us,
            reason: input.reason.to_owned(),
            reference_document_uri: input.reference.map(str::to_owned),
            changes,
        });
        if !call.verdict.lie {
            ops.extend(levels.into_iter().map(Op::Level));
        }
    }
    ops.push(Op::Key(KeyRecord {
        key: call.key.to_owned(),
        params: input.fingerprint,
        at_us: call.now_us,
        group: payload.group.clone(),
        failed: !payload.errors.is_empty(),
    }));
    ops.extend(records(state, input, call, outcome, &payload.errors));
    (ops, payload)
}

fn repeat(known: &KeyRecord, input: &Input<'_>) -> Payload {
    let refusal = if known.params != input.fingerprint {
        Some(UserError::whole(
            "The same idempotency key cannot be used with different operation parameters.",
            "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
        ))
    } else if known.failed {
        Some(UserError::whole(
            "A previous request with this idempotency key failed. Retry with a new idempotency key.",
            "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
        ))
    } else {
        None
    };
    match refusal {
        Some(error) => Payload { errors: vec![error], ..Payload::default() },
        None => Payload { group: known.group.clone(), ..Payload::default() },
    }
}

/// The user errors, in stages: a stage is only reached if the one before found nothing.
fn judge(shop: &Shop, input: &Input<'_>, verdict: &Verdict) -> Vec<UserError> {
    let stages: [&dyn Fn() -> Vec<UserError>; 4] =
        [&|| header(input), &|| bounds(input), &|| existence(shop, input), &|| {
            each(input, |i, row| compare(shop, input.name, verdict, i, row))
        }];
    stages.iter().map(|stage| stage()).find(|errors| !errors.is_empty()).unwrap_or_default()
}

fn each(input: &Input<'_>, judge: impl Fn(usize, &Row<'_>) -> Option<UserError>) -> Vec<UserError> {
    input.rows.iter().enumerate().filter_map(|(i, row)| judge(i, row)).collect()
}

fn header(input: &Input<'_>) -> Vec<UserError> {
    let mut errors = Vec::new();
    if !matches!(input.name, "available" | "on_hand") {
        let message = "The quantity name must be either 'available' or 'on_hand'.";
        errors.push(UserError::input("name", message, "INVALID_NAME"));
    }
    if !REASONS.contains(&input.reason) {
        let message = format!("The specified reason is invalid. Valid values are: {}.", REASONS.join(", "));
        errors.push(UserError::input("reason", &message, "INVALID_REASON"));
    }
    let scheme = |uri: &str| uri.split_once("://").is_some_and(|(s, rest)| !s.is_empty() && !rest.is_empty());
    if input.reference.is_some_and(|uri| !scheme(uri)) {
        let message = "The specified reference document is invalid.";
        errors.push(UserError::input("referenceDocumentUri", message, "INVALID_REFERENCE_DOCUMENT"));
    }
    errors
}

fn bounds(input: &Input<'_>) -> Vec<UserError> {
    let mut seen: HashMap<(&str, &str), u32> = HashMap::new();
    for row in &input.rows {
        *seen.entry((row.item_gid, row.location_gid)).or_default() += 1;
    }
    each(input, |i, row| {
        if row.quantity > MAX_QUANTITY {
            let message = "The quantity can't be higher than 1,000,000,000.";
            return Some(UserError::row(i, "quantity", message, "INVALID_QUANTITY_TOO_HIGH"));
        }
        if input.name == "on_hand" && row.quantity < 0 {
            return Some(UserError::row(
                i,
                "quantity",
                "The quantity can't be negative.",
                "INVALID_QUANTITY_NEGATIVE",
            ));
        }
        if row.quantity < -MAX_QUANTITY {
            let message = "The quantity can't be lower than -1,000,000,000.";
            return Some(UserError::row(i, "quantity", message, "INVALID_QUANTITY_TOO_LOW"));
        }
        let twice = seen.get(&(row.item_gid, row.location_gid)).is_some_and(|n| *n > 1);
        twice.then(|| {
            let message = "The combination of inventoryItemId and locationId must be unique.";
            UserError::row(i, "locationId", message, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR")
        })
    })
}

fn existence(shop: &Shop, input: &Input<'_>) -> Vec<UserError> {
    let mut errors = Vec::new();
    for (i, row) in input.rows.iter().enumerate() {
        if row.variant(shop).is_none() {
            let message = "The specified inventory item could not be found.";
            errors.push(UserError::row(i, "inventoryItemId", message, "INVALID_INVENTORY_ITEM"));
        }
        if row.location.is_none_or(|l| !shop.locations.contains_key(&l)) {
            let message = "The specified location could not be found.";
            errors.push(UserError::row(i, "locationId", message, "INVALID_LOCATION"));
        }
    }
    errors
}

fn compare(shop: &Shop, name: &str, verdict: &Verdict, i: usize, row: &Row<'_>) -> Option<UserError> {
    let variant = row.variant(shop)?;
    if let Some(refusal) = verdict.refuses(variant.sku.as_deref()) {
        let code = refusal.code.as_deref().unwrap_or("NON_MUTABLE_INVENTORY_ITEM");
        let message = "The specified inventory item is not allowed to be adjusted via API.";
        return Some(UserError::row(i, "inventoryItemId", message, code));
    }
    if !variant.mutable {
        let message = "The specified inventory item is not allowed to be adjusted via API. \
                       Example: if the inventory item is a parent bundle.";
        return Some(UserError::row(i, "inventoryItemId", message, "NON_MUTABLE_INVENTORY_ITEM"));
    }
    let Some(level) = row.level(shop) else {
        let message = "The specified inventory item is not stocked at the location.";
        return Some(UserError::row(i, "locationId", message, "ITEM_NOT_STOCKED_AT_LOCATION"));
    };
    let current = if name == "on_hand" { level.on_hand() } else { level.available };
    row.change_from.filter(|from| *from != current).map(|_| {
        let message = "The changeFromQuantity argument no longer matches the persisted quantity.";
        UserError::row(i, "changeFromQuantity", message, "CHANGE_FROM_QUANTITY_STALE")
    })
}

/// The levels as they will be, and the changes of those that are not so already.
fn changed(shop: &Shop, input: &Input<'_>, now_us: i64) -> (Vec<Level>, Vec<Change>) {
    let (mut levels, mut changes) = (Vec::new(), Vec::new());
    for row in &input.rows {
        let Some(level) = row.level(shop) else { continue };
        let available =
            if input.name == "on_hand" { row.quantity.saturating_sub(level.committed) } else { row.quantity };
        let delta = available.saturating_sub(level.available);
        if delta == 0 {
            continue;
        }
        levels.push(Level { available, updated_us: now_us, ..level.clone() });
        for name in ["available", "on_hand"] {
            changes.push(Change { name: name.to_owned(), delta, item: level.item, location: level.location });
        }
    }
    (levels, changes)
}

fn records(
    state: &State,
    input: &Input<'_>,
    call: &Call<'_>,
    outcome: WriteOutcome,
    errors: &[UserError],
) -> Vec<Op> {
    let first = state.next_write(Marketplace::Shopify);
    let record = |(i, row): (usize, &Row<'_>)| {
        let before = row.level(&state.shop).map(|l| l.available);
        let outcome = match outcome {
            WriteOutcome::Applied if before == Some(row.quantity) => WriteOutcome::Unchanged,
            other => other,
        };
        let error = errors.iter().find(|e| e.row.is_none_or(|r| r == i));
        WriteRecord {
            n: first.saturating_add(u64::try_from(i).unwrap_or(u64::MAX)),
            at_us: call.received_us,
            request: call.request,
            sku: row.variant(&state.shop).and_then(|v| v.sku.clone()),
            external: row.item_gid.to_owned(),
            quantity: Some(row.quantity),
            before,
            after: if outcome == WriteOutcome::Applied { Some(row.quantity) } else { before },
            outcome,
            code: error.map(|e| e.code.clone()),
            key: Some(call.key.to_owned()),
        }
    };
    input.rows.iter().enumerate().map(|r| Op::Write(Marketplace::Shopify, record(r))).collect()
}

/// The key of the `@idempotent` directive among a field's directives, if it is there and not blank.
///
/// # Errors
/// It is missing or blank, in the words of the API.
pub fn idempotency_key(
    directives: &apollo_compiler::ast::DirectiveList,
    variables: &Map<String, Value>,
) -> Result<String, FieldError> {
    let Some(directive) = directives.get("idempotent") else {
        let message = "The @idempotent directive is required for this mutation but was not provided.";
        return Err(FieldError::bad_request(message));
    };
    let key = directive
        .arguments
        .iter()
        .find(|a| a.name == "key")
        .map(|a| super::input::literal(&a.value, variables));
    match key.as_ref().and_then(Value::as_str).filter(|k| !k.trim().is_empty()) {
        Some(key) => Ok(key.to_owned()),
        None => {
            Err(FieldError::bad_request("The idempotency key cannot be an empty string or whitespace only."))
        }
    }
}
