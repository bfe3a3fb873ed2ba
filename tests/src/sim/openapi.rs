//! An official OpenAPI document as a checker of requests and, for tests, of our own replies.
//!
//! Reads OpenAPI 3.0 and 3.1 and Swagger 2.0, as JSON or YAML. The documents list properties but do not forbid others;
//! here unknown ones are refused. Only the schemas that an operation reaches are compiled.

use anyhow::{Context, Result, anyhow};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Where schemas live in OpenAPI 3 and in Swagger 2.
const SCHEMAS: [&str; 2] = ["#/components/schemas/", "#/definitions/"];

/// An OpenAPI document.
pub struct OpenApi {
    document: Value,
}

impl OpenApi {
    /// Reads a document.
    ///
    /// # Errors
    /// It cannot be read, or is neither JSON nor YAML.
    pub fn read(path: &Path) -> Result<Self> {
        let named = || path.display().to_string();
        let text = std::fs::read(path).with_context(named)?;
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let document = if is_json {
            serde_json::from_slice(&text).with_context(named)?
        } else {
            serde_yaml_ng::from_slice(&text).with_context(named)?
        };
        Ok(Self { document })
    }

    fn operation(&self, path: &str, method: &str) -> Result<&Value> {
        let operation = self.document.get("paths").and_then(|p| p.get(path)).and_then(|p| p.get(method));
        operation.ok_or_else(|| anyhow!("the document has no {method} {path}"))
    }

    /// A checker of an operation's JSON request body.
    ///
    /// # Errors
    /// The operation has no JSON body.
    pub fn body(&self, path: &str, method: &str) -> Result<Validator> {
        let operation = self.operation(path, method)?;
        let body = operation.get("requestBody").map(|body| self.resolved(body));
        let content = body.and_then(|body| body.get("content")?.as_object());
        let json = content.and_then(|all| all.iter().find(|(kind, _)| kind.contains("json")));
        let schema = json.and_then(|(_, media)| media.get("schema"));
        let swagger = || {
            let parameters = operation.get("parameters")?.as_array()?;
            let body =
                parameters.iter().map(|p| self.resolved(p)).find(|p| p.get("in") == Some(&json!("body")));
            body?.get("schema")
        };
        self.validator(schema.or_else(swagger))
    }

    /// A checker of an operation's reply.
    ///
    /// # Errors
    /// The document gives no schema for that status.
    pub fn reply(&self, path: &str, method: &str, status: u16) -> Result<Validator> {
        let reply = self.operation(path, method)?.pointer(&format!("/responses/{status}"));
        let reply = reply.map(|reply| self.resolved(reply));
        let content = reply.and_then(|reply| reply.get("content")?.as_object());
        let json = content.and_then(|all| all.iter().find(|(kind, _)| kind.contains("json")));
        let schema = json.and_then(|(_, media)| media.get("schema"));
        self.validator(schema.or_else(|| reply?.get("schema")))
    }

    /// Names of the query parameters an operation takes.
    ///
    /// # Errors
    /// There is no such operation.
    pub fn query_parameters(&self, path: &str, method: &str) -> Result<Vec<String>> {
        let of_operation = self.operation(path, method)?.get("parameters").and_then(Value::as_array);
        let of_path = self.document.get("paths").and_then(|p| p.get(path)?.get("parameters")?.as_array());
        let all = of_operation.into_iter().chain(of_path).flatten().map(|p| self.resolved(p));
        let query = all.filter(|p| p.get("in") == Some(&json!("query")));
        Ok(query.filter_map(|p| p.get("name").and_then(Value::as_str).map(str::to_owned)).collect())
    }

    /// What a reference means, if it is one.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        target.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }

    fn validator(&self, schema: Option<&Value>) -> Result<Validator> {
        let mut root = schema.cloned().ok_or_else(|| anyhow!("the document has no schema there"))?;
        let mut definitions = Map::new();
        self.reach(&mut root, &mut definitions, true)?;
        if let Value::Object(root) = &mut root {
            root.insert("definitions".to_owned(), Value::Object(definitions));
        }
        jsonschema::draft4::new(&root).map_err(|e| anyhow!("{e}"))
    }

    /// Points references into `definitions` and puts there what they mean. `closed`: unknown properties are refused,
    /// which parts of a whole (`allOf`) cannot do.
    fn reach(&self, schema: &mut Value, definitions: &mut Map<String, Value>, closed: bool) -> Result<()> {
        match schema {
            Value::Array(items) => {
                items.iter_mut().try_for_each(|item| self.reach(item, definitions, closed))
            }
            Value::Object(object) => {
                if let Some(name) = reference(object) {
                    let key = if closed { name.clone() } else { format!("{name}-as-a-part") };
                    *object = Map::from_iter([("$ref".to_owned(), json!(format!("#/definitions/{key}")))]);
                    return self.define(&name, key, definitions, closed);
                }
                nullable(object);
                if closed && object.contains_key("properties") && !object.contains_key("allOf") {
                    object.entry("additionalProperties").or_insert(Value::Bool(false));
                }
                // What is an example is no schema, whatever it looks like.
                object.retain(|key, _| !matches!(key.as_str(), "example" | "examples" | "discriminator"));
                object.iter_mut().try_for_each(|(key, value)| {
                    // A map of names, one of which may itself be "properties".
                    if let ("properties", Value::Object(named)) = (key.as_str(), &mut *value) {
                        return named.iter_mut().try_for_each(|(_, one)| self.reach(one, definitions, true));
                    }
                    let is_part = key == "allOf" || (!closed && matches!(key.as_str(), "anyOf" | "oneOf"));
                    self.reach(value, definitions, !is_part)
                })
            }
            _ => Ok(()),
        }
    }

    fn define(
        &self,
        name: &str,
        key: String,
        definitions: &mut Map<String, Value>,
        closed: bool,
    ) -> Result<()> {
        if definitions.contains_key(&key) {
            return Ok(());
        }
        let found = SCHEMAS.iter().find_map(|place| {
            let place = place.strip_prefix('#')?;
            self.document.pointer(&format!("{place}{name}"))
        });
        let mut schema = found.cloned().ok_or_else(|| anyhow!("the document does not define {name}"))?;
        definitions.insert(key.clone(), Value::Null);
        self.reach(&mut schema, definitions, closed)?;
        definitions.insert(key, schema);
        Ok(())
    }
}

fn reference(object: &Map<String, Value>) -> Option<String> {
    let target = object.get("$ref")?.as_str()?;
    SCHEMAS.iter().find_map(|place| target.strip_prefix(place)).map(str::to_owned)
}

/// OpenAPI 3.0's own word for "or null".
fn nullable(object: &mut Map<String, Value>) {
    if object.remove("nullable") != Some(Value::Bool(true)) {
        return;
    }
    if let Some(kind) = object.get_mut("type") {
        *kind = json!([kind.clone(), "null"]);
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.push(Value::Null);
    }
}

/// Every way in which a value breaks its schema, with where.
#[must_use]
pub fn problems(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path)).collect()
}
