//! Printing for people.

use serde_json::Value;

/// A table: one column a key, aligned, cells never empty.
pub(super) fn table(rows: &[Value], columns: &[(&str, &str)]) {
    let mut lines: Vec<Vec<String>> = vec![columns.iter().map(|(_, title)| (*title).to_owned()).collect()];
    for row in rows {
        lines.push(columns.iter().map(|(key, _)| cell(&row[*key])).collect());
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for line in lines {
        let mut text = String::new();
        for (cell, width) in line.iter().zip(&widths) {
            text.push_str(&format!("{cell:<width$}  "));
        }
        println!("{}", text.trim_end());
    }
}

/// One value in few words.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| format!("{key}={}", cell(value))).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// A moment as local time, from microseconds since the Unix epoch.
pub(super) fn moment(micros: &Value) -> String {
    let Some(timestamp) = micros.as_i64().and_then(|us| jiff::Timestamp::from_microsecond(us).ok()) else {
        return "-".to_owned();
    };
    timestamp.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// The items of a page.
pub(super) fn items(page: &Value) -> &[Value] {
    page["items"].as_array().map_or(&[], Vec::as_slice)
}
