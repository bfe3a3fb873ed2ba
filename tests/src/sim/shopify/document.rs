//! Parses and validates request documents. A client sends the same few documents all day, so they are kept.

use super::super::world::lock;
use apollo_compiler::executable::{Operation, OperationType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node, Schema};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Most documents kept.
const KEPT: usize = 512;

/// A valid document.
pub type Document = Arc<Valid<ExecutableDocument>>;

/// Documents seen before, valid ones only.
#[derive(Default)]
pub struct Documents {
    seen: Mutex<HashMap<String, Document>>,
}

impl Documents {
    /// The document of `query`.
    ///
    /// # Errors
    /// The GraphQL errors, ready to be sent.
    pub fn get(&self, schema: &Valid<Schema>, query: &str) -> Result<Document, Vec<Value>> {
        if let Some(seen) = lock(&self.seen).get(query) {
            return Ok(Arc::clone(seen));
        }
        let parsed = ExecutableDocument::parse_and_validate(schema, query, "query");
        let document = Arc::new(parsed.map_err(|e| errors(&e.errors))?);
        let mut seen = lock(&self.seen);
        if seen.len() >= KEPT {
            seen.clear();
        }
        seen.insert(query.to_owned(), Arc::clone(&document));
        Ok(document)
    }
}

fn errors(list: &apollo_compiler::validation::DiagnosticList) -> Vec<Value> {
    list.iter()
        .map(|diagnostic| {
            let at = diagnostic
                .line_column_range()
                .map(|r| json!({"line": r.start.line, "column": r.start.column}));
            let locations: Vec<Value> = at.into_iter().collect();
            json!({"message": diagnostic.error.to_string(), "locations": locations})
        })
        .collect()
}

/// The operation to run.
///
/// # Errors
/// There is no such operation, or the name is missing, or it is a subscription.
pub fn operation<'d>(document: &'d Document, name: Option<&str>) -> Result<&'d Node<Operation>, String> {
    let operation = document.operations.get(name).map_err(|e| e.message().to_string())?;
    match operation.operation_type {
        OperationType::Query | OperationType::Mutation => Ok(operation),
        OperationType::Subscription => Err("Subscriptions are not supported".to_owned()),
    }
}

/// Whether the query text is a mutation, judged before it is parsed.
#[must_use]
pub fn looks_like_mutation(query: &str) -> bool {
    let code = query.lines().map(|line| line.split('#').next().unwrap_or_default());
    code.flat_map(str::split_whitespace).any(|word| word.starts_with("mutation"))
}

/// Where a node stands in its document, as GraphQL errors say it.
#[must_use]
pub fn location<T>(document: &Document, node: &Node<T>) -> Option<Value> {
    let range = node.line_column_range(&document.sources)?;
    Some(json!({"line": range.start.line, "column": range.start.column}))
}
