//! Amounts and moments, as the channels write them.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An amount written as text or as a number; nothing is zero.
///
/// # Errors
/// When it is neither.
pub fn amount<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let text = match Value::deserialize(from)? {
        Value::Null => return Ok(Decimal::ZERO),
        Value::String(text) if text.trim().is_empty() => return Ok(Decimal::ZERO),
        Value::String(text) => text,
        // As it was written: no detour by a binary fraction.
        Value::Number(number) => number.to_string(),
        other => return Err(serde::de::Error::custom(format!("{other} is no amount"))),
    };
    let text = text.trim();
    text.parse().or_else(|_| Decimal::from_scientific(text)).map_err(serde::de::Error::custom)
}

/// A whole number written as text or as a number; nothing is zero.
///
/// # Errors
/// When it is neither.
pub fn count<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    use rust_decimal::prelude::ToPrimitive;
    Ok(amount(from)?.trunc().to_i64().unwrap_or(0))
}

/// A text that may be null.
///
/// # Errors
/// When it is something else.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// A moment in milliseconds since the Unix epoch, as a number or as a text of it, or as [`moment`].
///
/// # Errors
/// When it is none of these.
pub fn millis<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    match Value::deserialize(from)? {
        Value::Number(number) => Ok(number.as_i64().unwrap_or(0)),
        Value::String(text) => text
            .parse()
            .ok()
            .or_else(|| moment(&text))
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no moment"))),
        other => Err(serde::de::Error::custom(format!("{other} is no moment"))),
    }
}

/// A moment with an offset, or without one, in UTC; in milliseconds since the Unix epoch.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// As RFC 3339 in UTC, to the second.
#[must_use]
pub fn utc(ms: i64) -> String {
    match jiff::Timestamp::from_second(ms.div_euclid(1000)) {
        Ok(timestamp) => timestamp.to_string(),
        Err(_) => jiff::Timestamp::UNIX_EPOCH.to_string(),
    }
}

/// First and last name of a whole one.
#[must_use]
pub fn names(whole: &str) -> (String, String) {
    match whole.trim().rsplit_once(' ') {
        Some((first, last)) => (first.to_owned(), last.to_owned()),
        None => (whole.trim().to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct One {
        #[serde(default, deserialize_with = "amount")]
        a: Decimal,
        #[serde(default, deserialize_with = "count")]
        n: i64,
    }

    #[test]
    fn amounts_in_every_form() {
        let read =
            |text: &str| serde_json::from_str::<One>(text).map(|one| (one.a.to_string(), one.n)).unwrap();
        assert_eq!(read(r#"{"a":"12.10","n":"3"}"#), ("12.10".to_owned(), 3));
        assert_eq!(read(r#"{"a":12.1,"n":3.0}"#), ("12.1".to_owned(), 3));
        assert_eq!(read(r#"{"a":null}"#), ("0".to_owned(), 0));
        assert_eq!(read(r#"{"a":"","n":""}"#), ("0".to_owned(), 0));
        assert!(serde_json::from_str::<One>(r#"{"a":{}}"#).is_err());
    }

    #[test]
    fn moments_with_and_without_an_offset() {
        assert_eq!(moment("2026-11-27T09:30:00Z"), moment("2026-11-27T10:30:00+01:00"));
        assert_eq!(moment("2026-11-27T09:30:00"), moment("2026-11-27T09:30:00Z"));
        assert_eq!(moment("soon"), None);
        assert_eq!(utc(1_764_235_800_999), "2025-11-27T09:30:00Z");
    }
}
