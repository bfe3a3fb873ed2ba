//! eBay's official OpenAPI document as a checker of requests and, for tests, of our own replies.
//!
//! The document lists properties but does not forbid others; here unknown ones are refused. Only the schemas that an
//! operation reaches are compiled.

use anyhow::{Context, Result, anyhow};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::path::Path;

const SCHEMAS: &str = "#/components/schemas/";

/// An OpenAPI document.
pub struct OpenApi {
    document: Value,
}

impl OpenApi {
    /// Reads a document.
    ///
    /// # Errors
    /// It cannot be read, or is no JSON.
    pub fn read(path: &Path) -> Result<Self> {
        let named = || path.display().to_string();
        let text = std::fs::read(path).with_context(named)?;
        Ok(Self { document: serde_json::from_slice(&text).with_context(named)? })
    }

    fn operation(&self, path: &str, method: &str) -> Result<&Value> {
        let operation = self.document.get("paths").and_then(|p| p.get(path)).and_then(|p| p.get(method));
        operation.ok_or_else(|| anyhow!("the document has no {method} {path}"))
    }

    /// A checker of an operation's request body.
    ///
    /// # Errors
    /// The operation has no JSON body.
    pub fn body(&self, path: &str, method: &str) -> Result<Validator> {
        self.validator(self.operation(path, method)?.pointer("/requestBody/content/application~1json/schema"))
    }

    /// A checker of an operation's reply.
    ///
    /// # Errors
    /// The document gives no schema for that status.
    pub fn reply(&self, path: &str, method: &str, status: u16) -> Result<Validator> {
        let pointer = format!("/responses/{status}/content/application~1json/schema");
        self.validator(self.operation(path, method)?.pointer(&pointer))
    }

    /// Names of the query parameters an operation takes.
    ///
    /// # Errors
    /// There is no such operation.
    pub fn query_parameters(&self, path: &str, method: &str) -> Result<Vec<String>> {
        let list = self.operation(path, method)?.get("parameters").and_then(Value::as_array);
        let query = list.into_iter().flatten().filter(|p| p.get("in") == Some(&json!("query")));
        Ok(query.filter_map(|p| p.get("name").and_then(Value::as_str).map(str::to_owned)).collect())
    }

    fn validator(&self, schema: Option<&Value>) -> Result<Validator> {
        let mut root = schema.cloned().ok_or_else(|| anyhow!("the document has no schema there"))?;
        let mut definitions = Map::new();
        self.reach(&mut root, &mut definitions)?;
        if let Value::Object(root) = &mut root {
            root.insert("definitions".to_owned(), Value::Object(definitions));
        }
        jsonschema::draft4::new(&root).map_err(|e| anyhow!("{e}"))
    }

    /// Points references into `definitions` and puts there what they mean.
    fn reach(&self, schema: &mut Value, definitions: &mut Map<String, Value>) -> Result<()> {
        match schema {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.reach(item, definitions)),
            Value::Object(object) => {
                if object.contains_key("properties") {
                    object.entry("additionalProperties").or_insert(Value::Bool(false));
                }
                let name = object.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(SCHEMAS));
                if let Some(name) = name.map(str::to_owned) {
                    *object = Map::from_iter([("$ref".to_owned(), json!(format!("#/definitions/{name}")))]);
                    return self.define(&name, definitions);
                }
                object.values_mut().try_for_each(|value| self.reach(value, definitions))
            }
            _ => Ok(()),
        }
    }

    fn define(&self, name: &str, definitions: &mut Map<String, Value>) -> Result<()> {
        if definitions.contains_key(name) {
            return Ok(());
        }
        let found = self.document.pointer(&format!("/components/schemas/{name}"));
        let mut schema = found.cloned().ok_or_else(|| anyhow!("the document does not define {name}"))?;
        definitions.insert(name.to_owned(), Value::Null);
        self.reach(&mut schema, definitions)?;
        definitions.insert(name.to_owned(), schema);
        Ok(())
    }
}

/// Every way in which a value breaks its schema, with where.
#[must_use]
pub fn problems(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path)).collect()
}
