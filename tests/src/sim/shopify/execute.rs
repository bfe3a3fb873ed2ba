//! Walks a selection set over the graph: aliases, fragments, `@skip` and `@include`, errors with their paths, and
//! what the answer really cost.

use super::cost::{MUTATION, page, points};
use super::document::{Document, location};
use super::input::{arguments, literal};
use super::payload::Payload;
use super::resolve::{FieldError, Graph, Obj, Out};
use apollo_compiler::ast::DirectiveList;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{Node, Schema};
use serde_json::{Map, Value, json};

/// A finished mutation field: its key in the reply, and what it led to.
pub type Mutated = (String, Result<Payload, FieldError>);

/// One execution.
pub struct Execution<'a, 's> {
    pub schema: &'a Schema,
    pub document: &'a Document,
    pub variables: &'a Map<String, Value>,
    pub graph: Graph<'s>,
    /// GraphQL errors found on the way.
    pub errors: Vec<Value>,
    /// What the simulator could not answer.
    pub gaps: Vec<String>,
    path: Vec<Value>,
}

/// Fields that answer under one key.
type Collected<'a> = Vec<(String, Vec<&'a Node<Field>>)>;

impl<'a, 's> Execution<'a, 's> {
    /// Nothing executed yet.
    pub const fn new(
        schema: &'a Schema,
        document: &'a Document,
        variables: &'a Map<String, Value>,
        graph: Graph<'s>,
    ) -> Self {
        Self { schema, document, variables, graph, errors: Vec::new(), gaps: Vec::new(), path: Vec::new() }
    }

    /// Answers a query: data and points.
    pub fn query(&mut self, operation: &'a Operation) -> (Value, u32) {
        let (data, cost) = self.object(&Obj::Query, &[&operation.selection_set]);
        (data, points((cost - 1.0).max(1.0)))
    }

    /// Answers a mutation whose fields have been carried out.
    pub fn mutation(&mut self, operation: &'a Operation, mutated: Vec<Mutated>) -> (Value, u32) {
        let fields = root_fields(self.schema, self.document, self.variables, operation);
        let mut data = Map::new();
        let mut total = 0.0;
        for (key, outcome) in mutated {
            let Some((_, nodes)) = fields.iter().find(|(k, _)| *k == key) else { continue };
            self.path.push(json!(key));
            total += MUTATION;
            let value = match outcome {
                Ok(payload) => {
                    let (value, cost) = self.complete(payload.out(self.graph.shop), nodes);
                    total += cost - 1.0;
                    value
                }
                Err(error) => self.failed(&error, nodes, Some(operation)),
            };
            data.insert(key, value);
            self.path.pop();
        }
        (Value::Object(data), points(total))
    }

    fn object(&mut self, object: &Obj<'s>, sets: &[&'a SelectionSet]) -> (Value, f64) {
        let collected = collect(self.schema, self.document, self.variables, object.ty(), sets);
        let mut map = Map::new();
        let mut inside = 0.0;
        let mut page_size = None;
        for (key, nodes) in collected {
            let Some(field) = nodes.first() else { continue };
            let name = field.name.as_str();
            if name == "__typename" {
                map.insert(key, json!(object.ty()));
                continue;
            }
            self.path.push(json!(key));
            let args = arguments(field, self.variables);
            let (value, cost) = match object.resolve(&self.graph, name, &args) {
                Ok(out) => self.complete(out, &nodes),
                Err(error) => (self.failed(&error, &nodes, None), 0.0),
            };
            self.path.pop();
            match (object.ty().ends_with("Connection"), name) {
                (true, "nodes" | "edges") => {
                    page_size = value.as_array().map(Vec::len);
                    inside = f64::max(inside, if name == "nodes" { cost + 1.0 } else { cost });
                }
                (true, _) => {}
                (false, "nodes") => inside += self.each_node(&value, cost),
                (false, _) => inside += cost,
            }
            map.insert(key, value);
        }
        let inside = page_size.map_or(inside, |n| inside * page(n));
        (Value::Object(map), 1.0 + inside)
    }

    /// `nodes(ids)` costs by the number of nodes found.
    fn each_node(&self, value: &Value, inside: f64) -> f64 {
        let found = value.as_array().map_or(0, |list| list.iter().filter(|v| !v.is_null()).count());
        (1.0 + inside) * u32::try_from(found).map_or(0.0, f64::from)
    }

    fn complete(&mut self, out: Out<'s>, nodes: &[&'a Node<Field>]) -> (Value, f64) {
        match out {
            Out::Leaf(value) => (value, 0.0),
            Out::Object(object) => {
                let sets: Vec<&SelectionSet> = nodes.iter().map(|n| &n.selection_set).collect();
                self.object(&object, &sets)
            }
            Out::List(items) => {
                let mut dearest: f64 = 0.0;
                let mut list = Vec::with_capacity(items.len());
                for (i, item) in items.into_iter().enumerate() {
                    self.path.push(json!(i));
                    let (value, cost) = self.complete(item, nodes);
                    self.path.pop();
                    dearest = dearest.max(cost - 1.0);
                    list.push(value);
                }
                (Value::Array(list), dearest)
            }
        }
    }

    fn failed(
        &mut self,
        error: &FieldError,
        nodes: &[&'a Node<Field>],
        operation: Option<&'a Operation>,
    ) -> Value {
        if error.gap {
            self.gaps.push(error.message.clone());
        }
        let mut locations: Vec<Value> = nodes.iter().filter_map(|n| location(self.document, n)).collect();
        if error.code == "INVALID_FIELD_ARGUMENTS" {
            let variables = operation.into_iter().flat_map(|o| &o.variables);
            locations.extend(variables.take(1).filter_map(|v| location(self.document, v)));
        }
        self.errors.push(json!({
            "message": error.message,
            "locations": locations,
            "extensions": {"code": error.code},
            "path": self.path,
        }));
        Value::Null
    }
}

/// The fields of a mutation in the order they must be carried out.
pub fn root_fields<'a>(
    schema: &Schema,
    document: &'a Document,
    variables: &Map<String, Value>,
    operation: &'a Operation,
) -> Collected<'a> {
    let ty = operation.object_type().as_str();
    collect(schema, document, variables, ty, &[&operation.selection_set])
}

fn collect<'a>(
    schema: &Schema,
    document: &'a Document,
    variables: &Map<String, Value>,
    ty: &str,
    sets: &[&'a SelectionSet],
) -> Collected<'a> {
    let mut fields: Collected<'a> = Vec::new();
    let mut open: Vec<&'a Selection> = sets.iter().flat_map(|s| &s.selections).rev().collect();
    while let Some(selection) = open.pop() {
        if !included(selection.directives(), variables) {
            continue;
        }
        match selection {
            Selection::Field(field) => {
                let key = field.response_key().as_str();
                match fields.iter_mut().find(|(k, _)| k == key) {
                    Some((_, nodes)) => nodes.push(field),
                    None => fields.push((key.to_owned(), vec![field])),
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.type_condition.as_ref().map(apollo_compiler::Name::as_str);
                if condition.is_none_or(|c| applies(schema, c, ty)) {
                    open.extend(fragment.selection_set.selections.iter().rev());
                }
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = spread.fragment_def(document)
                    && applies(schema, fragment.type_condition().as_str(), ty)
                {
                    open.extend(fragment.selection_set.selections.iter().rev());
                }
            }
        }
    }
    fields
}

fn applies(schema: &Schema, condition: &str, ty: &str) -> bool {
    condition == ty || schema.is_subtype(condition, ty)
}

fn included(directives: &DirectiveList, variables: &Map<String, Value>) -> bool {
    let says = |name: &str| {
        let condition = directives.get(name)?.arguments.iter().find(|a| a.name == "if")?;
        literal(&condition.value, variables).as_bool()
    };
    says("skip") != Some(true) && says("include") != Some(false)
}
