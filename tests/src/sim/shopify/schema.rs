//! The GraphQL schema that requests are held against: the official one where it is at hand, else an excerpt.
//!
//! The official schema is several megabytes. It is read once per process, in the background, and not itself
//! validated: it came out of a live introspection.

use super::super::spec;
use super::super::world::lock;
use anyhow::{Result, anyhow};
use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// What the simulator can answer, in the official words.
pub const EXCERPT: &str = include_str!("excerpt.graphql");

/// A schema, or why there is none.
type Loaded = Result<Arc<Valid<Schema>>, String>;

static SCHEMAS: Mutex<BTreeMap<Option<PathBuf>, Arc<OnceLock<Loaded>>>> = Mutex::new(BTreeMap::new());

/// A schema that may still be on its way.
#[derive(Clone)]
pub struct SchemaSource {
    path: Option<PathBuf>,
    cell: Arc<OnceLock<Loaded>>,
}

impl SchemaSource {
    /// Starts reading the schema, unless this process has it already.
    #[must_use]
    pub fn start(spec_dir: Option<&Path>) -> Self {
        let path = spec_dir.and_then(spec::shopify_schema);
        let cell = Arc::clone(lock(&SCHEMAS).entry(path.clone()).or_default());
        let source = Self { path, cell };
        let background = source.clone();
        std::thread::spawn(move || background.load().is_ok());
        source
    }

    /// Whether requests are held against the official schema.
    #[must_use]
    pub const fn is_official(&self) -> bool {
        self.path.is_some()
    }

    /// The schema; waits for it without blocking other requests.
    ///
    /// # Errors
    /// The schema cannot be read.
    pub async fn get(&self) -> Result<Arc<Valid<Schema>>> {
        if let Some(loaded) = self.cell.get() {
            return loaded.clone().map_err(|e| anyhow!(e));
        }
        let source = self.clone();
        tokio::task::spawn_blocking(move || source.load()).await?.map_err(|e| anyhow!(e))
    }

    fn load(&self) -> Loaded {
        self.cell.get_or_init(|| parse(self.path.as_deref())).clone()
    }
}

fn parse(path: Option<&Path>) -> Loaded {
    let (name, text) = match path {
        None => ("excerpt.graphql".into(), EXCERPT.to_owned()),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            (path.to_string_lossy(), text)
        }
    };
    let parsed = Schema::parse(text, name.as_ref()).map_err(|e| format!("{name}: {}", e.errors))?;
    Ok(Arc::new(Valid::assume_valid(parsed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excerpt_is_a_valid_schema() {
        Schema::parse_and_validate(EXCERPT, "excerpt.graphql").map(drop).unwrap();
    }
}
