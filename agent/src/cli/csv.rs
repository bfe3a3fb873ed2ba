//! Answers as CSV: lists a line an entry, anything else a single line. What is nested is one column a path
//! (`actor.name`), lists within an entry are JSON in one cell.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Prints it, the names in the order in which they first appear.
pub(super) fn print(answer: &Value) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(std::io::stdout());
    for line in lines(answer) {
        out.write_record(line)?;
    }
    out.flush()?;
    Ok(())
}

fn lines(answer: &Value) -> Vec<Vec<String>> {
    let rows: Vec<&Value> = match (answer, &answer["items"]) {
        (Value::Array(all), _) | (_, Value::Array(all)) => all.iter().collect(),
        (one, _) => vec![one],
    };
    let rows: Vec<Vec<(String, String)>> = rows.into_iter().map(cells).collect();
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut lines = vec![names.iter().map(ToString::to_string).collect()];
    for row in &rows {
        let row: BTreeMap<&String, &String> = row.iter().map(|(name, cell)| (name, cell)).collect();
        lines.push(
            names.iter().map(|name| row.get(name).map_or(String::new(), ToString::to_string)).collect(),
        );
    }
    lines
}

fn cells(row: &Value) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    match row {
        Value::Object(fields) => walk(fields, "", &mut cells),
        other => cells.push(("value".to_owned(), text(other))),
    }
    cells
}

fn walk(fields: &Map<String, Value>, path: &str, cells: &mut Vec<(String, String)>) {
    for (key, value) in fields {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Object(inner) if !inner.is_empty() => walk(inner, &path, cells),
            other => cells.push((path, text(other))),
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_name_is_a_column_and_every_entry_a_line() {
        let answer = json!({ "items": [{ "a": 1, "b": { "c": "x, \"y\"" } }, { "a": null, "d": [1, 2] }], "next": null });
        let lines = lines(&answer);
        assert_eq!(lines[0], ["a", "b.c", "d"]);
        assert_eq!(lines[1], ["1", "x, \"y\"", ""]);
        assert_eq!(lines[2], ["", "", "[1,2]"]);
        assert_eq!(super::lines(&json!({ "name": "ebay" })), [["name"], ["ebay"]]);
        assert_eq!(super::lines(&json!({ "items": [] })), [Vec::<String>::new()]);
    }
}
