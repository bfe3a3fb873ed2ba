//! From PHP arrays to records: a serde deserializer over PHP values, so that the record types alone say the shape.

use ext_php_rs::types::{ArrayKey, ZendHashTable, Zval};
use onhand_journal::{
    ItemStatement, Record, SettingChange, Shipment, SnapshotBegin, SnapshotEnd, StockStatement, Webhook,
};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::fmt;

/// The canonical payload of one PHP array, or what is wrong with it.
pub fn payload(record: &Zval) -> Result<Vec<u8>, String> {
    let table = record.array().ok_or("it is not an array")?;
    let tag = table.get("t").and_then(Zval::str).ok_or("key \"t\" is missing or not a string")?;
    let mut record = match tag {
        "stock" => Record::Stock(read::<StockStatement>(record)?),
        "item" => Record::Item(read::<ItemStatement>(record)?),
        "snapshot_begin" => Record::SnapshotBegin(read::<SnapshotBegin>(record)?),
        "snapshot_end" => Record::SnapshotEnd(read::<SnapshotEnd>(record)?),
        "webhook" => Record::Webhook(read::<Webhook>(record)?),
        "shipment" => Record::Shipment(read::<Shipment>(record)?),
        "setting" => Record::Setting(read::<SettingChange>(record)?),
        other => return Err(format!("key \"t\": \"{other}\" is not a record type")),
    };
    record.fill_id();
    record.to_json().map_err(|error| error.to_string())
}

fn read<'a, T: de::Deserialize<'a>>(value: &'a Zval) -> Result<T, String> {
    T::deserialize(Value(value)).map_err(|error| error.to_string())
}

struct Value<'a>(&'a Zval);

/// What is wrong, and under which keys.
#[derive(Debug)]
struct Error {
    path: Vec<String>,
    message: String,
}

impl Error {
    fn under(mut self, key: String) -> Self {
        self.path.insert(0, key);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "key \"{}\": {}", self.path.join("."), self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { path: Vec::new(), message: message.to_string() }
    }
}

/// The text of a PHP string; bytes that are no UTF-8 are replaced, never an error.
fn text(value: &Zval) -> Option<Cow<'_, str>> {
    let bytes = value.zend_str()?.as_bytes();
    Some(String::from_utf8_lossy(bytes))
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = self.0.dereference();
        if value.is_null() {
            return visitor.visit_unit();
        }
        if let Some(flag) = value.bool() {
            return visitor.visit_bool(flag);
        }
        if value.is_long() {
            return visitor.visit_i64(value.long().unwrap_or_default());
        }
        if value.is_string() {
            return match text(value) {
                Some(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
                Some(Cow::Owned(text)) => visitor.visit_string(text),
                None => visitor.visit_unit(),
            };
        }
        match value.array() {
            Some(table) if table.has_sequential_keys() || table.is_empty() => {
                visitor.visit_seq(Items(table.iter(), 0))
            }
            Some(table) => visitor.visit_map(Entries { iter: table.iter(), next: None }),
            None => Err(de::Error::custom(
                "only null, bool, int, string and array are allowed (quantities are strings)",
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.dereference().is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word = text(self.0.dereference()).ok_or_else(|| de::Error::custom("it is not a string"))?;
        match word {
            Cow::Borrowed(word) => BorrowedStrDeserializer::new(word).deserialize_enum(name, words, visitor),
            Cow::Owned(word) => {
                let word: StringDeserializer<Error> = word.into_deserializer();
                word.deserialize_enum(name, words, visitor)
            }
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

type Iter<'a> = <&'a ZendHashTable as IntoIterator>::IntoIter;

struct Items<'a>(Iter<'a>, usize);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some((_, value)) = self.0.next() else { return Ok(None) };
        self.1 += 1;
        seed.deserialize(Value(value)).map(Some).map_err(|error| error.under((self.1 - 1).to_string()))
    }
}

struct Entries<'a> {
    iter: Iter<'a>,
    next: Option<(String, &'a Zval)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((key, value)) = self.iter.next() else { return Ok(None) };
        let key = match key {
            ArrayKey::Long(number) => number.to_string(),
            ArrayKey::String(text) => text,
            other => other.to_string(),
        };
        let read: StrDeserializer<'_, Error> = key.as_str().into_deserializer();
        let seeded = seed.deserialize(read)?;
        self.next = Some((key, value));
        Ok(Some(seeded))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (key, value) = self.next.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(Value(value)).map_err(|error| error.under(key))
    }
}
