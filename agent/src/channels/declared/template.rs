//! Filling in a declaration's templates and working out its expressions.

use super::amounts;
use crate::channels::http::segment;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use sha2::{Digest, Sha256};

/// Fills in text. What is not there is an error.
pub(super) struct Filler {
    text: Environment<'static>,
    asked: Environment<'static>,
}

impl Default for Filler {
    fn default() -> Self {
        let mut text = Environment::new();
        text.set_undefined_behavior(UndefinedBehavior::Strict);
        // In replies much may be missing.
        let mut asked = Environment::new();
        asked.set_undefined_behavior(UndefinedBehavior::Chainable);
        for env in [&mut text, &mut asked] {
            env.set_auto_escape_callback(
                |name| {
                    if name == BODY { AutoEscape::Json } else { AutoEscape::None }
                },
            );
            amounts::register(env);
            env.add_filter("segment", |value: String| segment(&value));
            env.add_filter("base64", |value: String| STANDARD.encode(value));
            env.add_filter("sha256", |value: String| hex(&Sha256::digest(value)));
            env.add_filter("hmac_sha256", |value: String, key: String| {
                signed(&value, &key).map(|mac| hex(&mac))
            });
            env.add_filter("hmac_sha256_base64", |value: String, key: String| {
                signed(&value, &key).map(|mac| STANDARD.encode(mac))
            });
        }
        Self { text, asked }
    }
}

/// What fills in a JSON body is written as JSON.
const BODY: &str = "body";

fn signed(value: &str, key: &str) -> Result<Vec<u8>, minijinja::Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map_err(|error| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, error.to_string()))?;
    mac.update(value.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Filler {
    /// Text.
    pub(super) fn text(&self, template: &str, context: &Value) -> Result<String, String> {
        self.text.render_named_str("text", template, context).map_err(|error| words(&error))
    }

    /// A JSON body.
    pub(super) fn json(&self, template: &str, context: &Value) -> Result<serde_json::Value, String> {
        let text = self.text.render_named_str(BODY, template, context).map_err(|error| words(&error))?;
        serde_json::from_str(&text).map_err(|error| format!("is no JSON when filled in ({error}): {text}"))
    }

    /// JSON made of a reply; what is missing there is null. What is wrong is told without the reply's content.
    pub(super) fn made(&self, template: &str, context: &Value) -> Result<serde_json::Value, String> {
        let text = self.asked.render_named_str(BODY, template, context).map_err(|error| words(&error))?;
        serde_json::from_str(&text).map_err(|error| format!("is no JSON when filled in ({error})"))
    }

    /// Whether it is an expression.
    pub(super) fn compiles(&self, expression: &str) -> Result<(), String> {
        self.asked.compile_expression(expression).map(|_| ()).map_err(|error| words(&error))
    }

    /// An expression's value.
    pub(super) fn value(&self, expression: &str, context: &Value) -> Result<Value, String> {
        let compiled = self.asked.compile_expression(expression).map_err(|error| words(&error))?;
        compiled.eval(context).map_err(|error| words(&error))
    }

    /// An expression's value as text; nothing where there is none.
    pub(super) fn word(&self, expression: &str, context: &Value) -> Result<Option<String>, String> {
        let value = self.value(expression, context)?;
        let is_there = !value.is_undefined() && !value.is_none();
        Ok(is_there.then(|| value.to_string()).filter(|text| !text.is_empty()))
    }

    /// An expression's value as a whole number.
    pub(super) fn number(&self, expression: &str, context: &Value) -> Result<Option<i64>, String> {
        let Some(text) = self.word(expression, context)? else { return Ok(None) };
        #[allow(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
        let whole = |number: f64| number.floor() as i64;
        text.parse()
            .or_else(|_| text.parse::<f64>().map(whole))
            .map(Some)
            .map_err(|_| format!("{expression} is {text:?}, which is no number"))
    }

    /// An expression's value as a list.
    pub(super) fn list(&self, expression: &str, context: &Value) -> Result<Vec<Value>, String> {
        let value = self.value(expression, context)?;
        if value.is_undefined() || value.is_none() {
            return Ok(Vec::new());
        }
        value.try_iter().map(Iterator::collect).map_err(|error| words(&error))
    }
}

fn words(error: &minijinja::Error) -> String {
    let detail = error.detail().unwrap_or_default();
    let line =
        error.line().filter(|line| *line > 1).map(|line| format!(" in its line {line}")).unwrap_or_default();
    format!("{}{}{detail}{line}", error.kind(), if detail.is_empty() { "" } else { ": " })
}
