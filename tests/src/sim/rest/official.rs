//! Requests held against a marketplace's official documents.

use super::{Call, Operation};
use crate::sim::openapi::{OpenApi, problems};
use jsonschema::Validator;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A marketplace's official documents, and the checkers made of them so far.
#[derive(Default)]
pub struct Official {
    documents: Vec<OpenApi>,
    /// None of them is missing.
    is_whole: bool,
    bodies: Mutex<BTreeMap<&'static str, Arc<Validator>>>,
}

impl Official {
    /// Reads those that are there; without a folder there are none.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn read(dir: Option<&Path>, files: &[&str]) -> anyhow::Result<Self> {
        let Some(dir) = dir else { return Ok(Self::default()) };
        let there: Vec<_> = files.iter().map(|file| dir.join(file)).filter(|file| file.is_file()).collect();
        let is_whole = there.len() == files.len();
        let documents: anyhow::Result<Vec<_>> = there.iter().map(|file| OpenApi::read(file)).collect();
        Ok(Self { documents: documents?, is_whole, bodies: Mutex::default() })
    }

    /// What is wrong with a request.
    #[must_use]
    pub fn problems(&self, operation: &Operation, call: &Call) -> Vec<String> {
        let Some((method, path)) = operation.official else { return Vec::new() };
        if self.documents.is_empty() {
            return Vec::new();
        }
        let known = self.documents.iter().find_map(|d| Some((d, d.query_parameters(path, method).ok()?)));
        let Some((document, parameters)) = known else {
            // It may stand in one that is not there.
            let unknown = format!("no official document has {method} {path}");
            return if self.is_whole { vec![unknown] } else { Vec::new() };
        };
        let mut wrong: Vec<String> = call
            .query
            .iter()
            .filter(|(name, _)| !parameters.contains(name) && !operation.also.contains(&name.as_str()))
            .map(|(name, _)| format!("unknown query parameter {name}"))
            .collect();
        let is_json = call.header("content-type").contains("json");
        if is_json && !call.body.is_empty() {
            match self.body(document, operation.name, path, method) {
                Ok(validator) => match serde_json::from_slice(&call.body) {
                    Ok(body) => wrong.extend(problems(&validator, &body)),
                    Err(error) => wrong.push(format!("no JSON: {error}")),
                },
                Err(error) => wrong.push(format!("{error:#}")),
            }
        }
        wrong
    }

    /// What is wrong with our own reply.
    #[must_use]
    pub fn reply_problems(&self, operation: &Operation, status: u16, body: &[u8]) -> Vec<String> {
        let Some((method, path)) = operation.official else { return Vec::new() };
        let known = self.documents.iter().find(|d| d.query_parameters(path, method).is_ok());
        let Some(document) = known else { return Vec::new() };
        let checked = document.reply(path, method, status).map(|validator| {
            serde_json::from_slice(body)
                .map_or_else(|error| vec![error.to_string()], |body| problems(&validator, &body))
        });
        checked.unwrap_or_else(|error| vec![format!("{error:#}")])
    }

    fn body(
        &self,
        document: &OpenApi,
        name: &'static str,
        path: &str,
        method: &str,
    ) -> anyhow::Result<Arc<Validator>> {
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = bodies.get(name) {
            return Ok(Arc::clone(validator));
        }
        let validator = Arc::new(document.body(path, method)?);
        bodies.insert(name, Arc::clone(&validator));
        Ok(validator)
    }
}
