//! Lists of which each entry is read by itself: one that is not as documented keeps nobody from the others.

use super::ChannelError;
use super::http::Reply;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Code of a [`ChannelError::Refused`] for what cannot be read.
pub const UNREADABLE: &str = "unreadable";

/// Names under which marketplaces tell the id of an order or of a return.
const IDS: [&str; 12] = [
    "id",
    "orderId",
    "order_id",
    "order_sn",
    "purchaseOrderId",
    "receipt_id",
    "entity_id",
    "increment_id",
    "order_number",
    "returnId",
    "returnOrderId",
    "name",
];

/// An entry that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The channel's id of it, where it could be made out.
    pub id: Option<String>,
    /// What is wrong with it, without its content: it may hold a person's address.
    pub why: String,
}

/// The entries that could be read, and those that could not.
#[derive(Debug)]
pub struct Each<T> {
    read: Vec<T>,
    unreadable: Vec<Unreadable>,
}

impl<T> Default for Each<T> {
    fn default() -> Self {
        Self { read: Vec::new(), unreadable: Vec::new() }
    }
}

impl<T> Each<T> {
    /// All entries there were: for paging.
    #[must_use]
    pub fn told(&self) -> usize {
        self.read.len().saturating_add(self.unreadable.len())
    }

    /// What could be read, and what could not.
    #[must_use]
    pub fn parts(self) -> (Vec<T>, Vec<Unreadable>) {
        (self.read, self.unreadable)
    }

    /// All of them.
    ///
    /// # Errors
    /// `Refused` with [`UNREADABLE`] if one could not be read.
    pub fn all(self) -> Result<Vec<T>, ChannelError> {
        match self.unreadable.into_iter().next() {
            None => Ok(self.read),
            Some(bad) => Err(refused(bad.why)),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut each = Self::default();
        for entry in Vec::<Value>::deserialize(deserializer)? {
            match read(&entry) {
                Ok(entry) => each.read.push(entry),
                Err(why) => each.unreadable.push(Unreadable { id: id(&entry), why }),
            }
        }
        Ok(each)
    }
}

/// A reply that is one entry.
///
/// # Errors
/// `Refused` with [`UNREADABLE`] if it is JSON and not what is documented; as [`Reply::json`] for anything else.
pub fn one<T: DeserializeOwned>(reply: &Reply) -> Result<T, ChannelError> {
    read(&reply.json::<Value>()?).map_err(refused)
}

/// For what cannot be read.
pub(super) fn refused(message: String) -> ChannelError {
    ChannelError::Refused { code: UNREADABLE.to_owned(), message }
}

/// The place and the kind of what is wrong; serde's own words may quote a value.
pub(super) fn read<T: DeserializeOwned>(entry: &Value) -> Result<T, String> {
    serde_path_to_error::deserialize(entry).map_err(|error| {
        let inner = error.inner().to_string();
        let what =
            if inner.starts_with("missing field") { inner } else { "not what is documented".to_owned() };
        format!("{}: {what}", error.path())
    })
}

fn id(entry: &Value) -> Option<String> {
    IDS.iter().find_map(|key| match entry.get(key)? {
        Value::String(text) if !text.is_empty() && text.len() <= 120 => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    struct Order {
        id: u64,
        #[allow(dead_code)]
        city: String,
    }

    #[test]
    fn the_others_are_read_and_nothing_of_the_bad_one_is_told() {
        let list = json!([{"id": 1, "city": "London"}, {"id": "secret-7", "city": {"Ada": 1}}, {"city": 5}, {"id": 4, "city": ""}]);
        let each: Each<Order> = serde_json::from_value(list).unwrap();
        assert_eq!(each.told(), 4);
        let (read, unreadable) = each.parts();
        assert_eq!(read.iter().map(|order| order.id).collect::<Vec<_>>(), [1, 4]);
        let said: Vec<_> = unreadable.iter().map(|bad| (bad.id.as_deref(), bad.why.as_str())).collect();
        assert_eq!(
            said,
            [(Some("secret-7"), "city: not what is documented"), (None, "city: not what is documented")]
        );
        let missing: Each<Order> = serde_json::from_value(json!([{"id": 3}])).unwrap();
        let error = missing.all().unwrap_err();
        assert!(error.to_string().contains("missing field `city`"), "{error}");
    }
}
