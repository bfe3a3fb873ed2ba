//! `POST /admin/api/{version}/graphql.json`: from bytes to a reply.

use super::cost::{Estimate, extension};
use super::document::{self, Document};
use super::execute::{Execution, root_fields};
use super::input::{arguments, variables};
use super::payload::{Payload, UserError};
use super::prices;
use super::resolve::{FieldError, Graph};
use super::set_quantities::{Call, Input, decide, idempotency_key};
use crate::sim::behaviour::Kind;
use crate::sim::http::{Verdict, html, json as reply_json, says_json, with_retry_after};
use crate::sim::marketplace::Marketplace;
use crate::sim::world::{World, lock};
use apollo_compiler::ast::OperationType;
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;

const SHOPIFY: Marketplace = Marketplace::Shopify;

/// The one route of the Admin API.
pub fn routes() -> Router<Arc<World>> {
    Router::new().route("/admin/api/{version}/graphql.json", post(graphql))
}

/// A GraphQL request body. Shopify takes nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    #[allow(dead_code, reason = "part of the protocol, ignored as Shopify does")]
    extensions: Option<Value>,
}

async fn graphql(
    State(world): State<Arc<World>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = world.received(SHOPIFY, "POST", &format!("/admin/api/{version}/graphql.json"));
    let mut response = answer(&world, request, &version, &headers, &body).await;
    let status = response.status().as_u16();
    world.note(request, |r| r.status = status);
    if let Ok(value) = HeaderValue::from_str(&version) {
        response.headers_mut().insert("x-shopify-api-version", value);
    }
    response.headers_mut().insert("x-request-id", HeaderValue::from(request));
    response
}

async fn answer(world: &World, request: u64, version: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let parsed: Result<Body, _> = serde_json::from_slice(body);
    let writes = parsed.as_ref().is_ok_and(|b| document::looks_like_mutation(&b.query));
    let verdict = Verdict::of(world.judge(SHOPIFY, if writes { Kind::Write } else { Kind::Read }));
    world.note(request, |r| r.behaviours.clone_from(&verdict.names));
    let delay = verdict.delay + Duration::from_millis(world.shopify_limits().latency_ms);
    if !writes {
        pause(delay).await;
    }
    if let Some(front) = verdict.front {
        return front.reply();
    }
    if let Some(fail) = &verdict.fail {
        return failed(fail.status.unwrap_or(500), fail.retry_after_s);
    }
    if let Some(hang) = verdict.hang_before {
        return hang.wait().await;
    }
    let token = headers.get("x-shopify-access-token").and_then(|v| v.to_str().ok());
    if verdict.revoked || token != Some(&world.config.shopify.access_token) {
        let message = "[API] Invalid API key or access token (unrecognized login or wrong password)";
        return reply_json(401, &json!({"errors": message}));
    }
    let refuse = |status: u16, operation: &str, errors: Value| {
        world.violated(SHOPIFY, operation, &errors.to_string());
        reply_json(status, &json!({"errors": errors}))
    };
    if !is_version(version) {
        return refuse(404, "version", json!(format!("Not Found: {version} is no API version")));
    }
    if !says_json(headers) {
        return refuse(415, "request", json!("Content-Type must be application/json"));
    }
    let body = match parsed {
        Ok(body) => body,
        Err(error) => return refuse(400, "request", json!(format!("Bad request: {error}"))),
    };
    let schema = match world.shopify.schema.get().await {
        Ok(schema) => schema,
        Err(error) => return refuse(500, "schema", json!(format!("The simulator has no schema: {error}"))),
    };
    let document = match world.shopify.documents.get(&schema, &body.query) {
        Ok(document) => document,
        Err(errors) => return refuse(400, "document", Value::Array(errors)),
    };
    let operation = match document::operation(&document, body.operation_name.as_deref()) {
        Ok(operation) => operation,
        Err(message) => return refuse(400, "document", json!([{"message": message}])),
    };
    let given = body.variables.unwrap_or_default();
    let variables = match variables(&schema, &document, operation, &given) {
        Ok(variables) => variables,
        Err(error) => return refuse(200, &name_of(operation), json!([error])),
    };
    let run =
        Run { world, request, schema: &schema, document: &document, operation, variables, verdict, delay };
    run.paid().await
}

fn failed(status: u16, retry_after: Option<u64>) -> Response {
    let response = match status {
        503 => html(503, "Service Unavailable"),
        _ => reply_json(status, &json!({"errors": "Internal Server Error"})),
    };
    with_retry_after(response, retry_after)
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

fn is_version(version: &str) -> bool {
    let quarterly = version.split_once('-').is_some_and(|(year, month)| {
        year.len() == 4 && year.parse::<u16>().is_ok() && matches!(month, "01" | "04" | "07" | "10")
    });
    quarterly || version == "unstable"
}

fn name_of(operation: &Operation) -> String {
    operation.name.as_ref().map_or_else(|| operation.operation_type.to_string(), ToString::to_string)
}

/// One valid request.
struct Run<'a> {
    world: &'a World,
    request: u64,
    schema: &'a Valid<Schema>,
    document: &'a Document,
    operation: &'a Node<Operation>,
    variables: Map<String, Value>,
    verdict: Verdict,
    /// Time a write takes while it holds its idempotency key.
    delay: Duration,
}

impl Run<'_> {
    /// Takes the points, runs, gives back what was not needed.
    async fn paid(self) -> Response {
        let limits = self.world.shopify_limits();
        let estimate = Estimate { schema: self.schema, document: self.document, variables: &self.variables };
        let requested = estimate.operation(self.operation);
        if requested > limits.max_query_cost {
            return self.too_dear(requested, limits.max_query_cost);
        }
        let (enough, available) = {
            let mut bucket = lock(&self.world.shopify.bucket);
            bucket.restore(limits.restore_per_second, self.world.clock.now_us());
            let enough = self.verdict.throttle.is_none() && bucket.take(requested, limits.bucket);
            (enough, bucket.available(limits.bucket))
        };
        if !enough {
            let shown = if self.verdict.throttle.is_some() { 0 } else { available };
            let cost = extension(requested, None, limits.bucket, shown, limits.restore_per_second);
            return self.throttled(cost);
        }
        let (mut reply, actual) = match self.execute().await {
            Ok(done) => done,
            Err(error) => {
                return reply_json(500, &json!({"errors": format!("The simulator failed: {error}")}));
            }
        };
        let available = {
            let mut bucket = lock(&self.world.shopify.bucket);
            bucket.refund(requested.saturating_sub(actual));
            bucket.available(limits.bucket)
        };
        let cost = extension(requested, Some(actual), limits.bucket, available, limits.restore_per_second);
        reply.insert("extensions".to_owned(), cost);
        match self.verdict.hang_after {
            Some(hang) => hang.wait().await,
            None => {
                reply_json(if reply.contains_key("simulatorGaps") { 400 } else { 200 }, &Value::Object(reply))
            }
        }
    }

    fn throttled(&self, cost: Value) -> Response {
        let documentation = "https://shopify.dev/api/usage/rate-limits";
        let error = json!({
            "message": "Throttled",
            "extensions": {"code": "THROTTLED", "documentation": documentation},
        });
        let asked = self.verdict.throttle.as_ref();
        let status = asked.and_then(|b| b.status).unwrap_or(200);
        let reply = reply_json(status, &json!({"errors": [error], "extensions": cost}));
        with_retry_after(reply, asked.and_then(|b| b.retry_after_s))
    }

    fn too_dear(&self, cost: u32, max: u32) -> Response {
        let message = format!("Query cost is {cost}, which exceeds the single query max cost limit ({max}).");
        self.world.violated(SHOPIFY, &name_of(self.operation), &message);
        let extensions = json!({"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": max});
        reply_json(200, &json!({"errors": [{"message": message, "extensions": extensions}]}))
    }

    async fn execute(&self) -> anyhow::Result<(Map<String, Value>, u32)> {
        let mutation = self.operation.operation_type == OperationType::Mutation;
        let fields = root_fields(self.schema, self.document, &self.variables, self.operation);
        let names: Vec<String> =
            fields.iter().filter_map(|(_, f)| f.first()).map(|f| f.name.to_string()).collect();
        self.world.note(self.request, |r| r.operation = names.join(","));
        let mut mutated = Vec::new();
        if mutation {
            for (key, nodes) in &fields {
                let Some(field) = nodes.first() else { continue };
                mutated.push((key.clone(), self.mutate(field).await?));
            }
        }
        Ok(self.world.read(|state| {
            let graph = Graph { shop: &state.shop, account: &self.world.config.shopify };
            let mut execution = Execution::new(self.schema, self.document, &self.variables, graph);
            let (data, cost) = if mutation {
                execution.mutation(self.operation, mutated)
            } else {
                execution.query(self.operation)
            };
            (self.reply(data, execution.errors, &execution.gaps), cost)
        }))
    }

    fn reply(&self, data: Value, errors: Vec<Value>, gaps: &[String]) -> Map<String, Value> {
        let mut reply = Map::new();
        for error in &errors {
            self.world.violated(SHOPIFY, &name_of(self.operation), &error.to_string());
        }
        if !errors.is_empty() {
            reply.insert("errors".to_owned(), Value::Array(errors));
        }
        if !gaps.is_empty() {
            reply.insert("simulatorGaps".to_owned(), json!(gaps));
        }
        reply.insert("data".to_owned(), data);
        reply
    }

    async fn mutate(&self, field: &Node<Field>) -> anyhow::Result<Result<Payload, FieldError>> {
        if field.name == "productVariantsBulkUpdate" {
            let args = arguments(field, &self.variables);
            return self.world.commit(|state| prices::decide(&state.shop, &args)).map(Ok);
        }
        if field.name != "inventorySetQuantities" {
            return Ok(Err(FieldError::unknown_to_simulator(&format!("Mutation.{}", field.name))));
        }
        let key = match idempotency_key(&field.directives, &self.variables) {
            Ok(key) => key,
            Err(error) => return Ok(Err(error)),
        };
        let args = arguments(field, &self.variables);
        let input = match Input::read(args.get("input").unwrap_or(&Value::Null)) {
            Ok(input) => input,
            Err(error) => return Ok(Err(error)),
        };
        let rows = u64::try_from(input.len()).unwrap_or(u64::MAX);
        self.world.note(self.request, |r| r.rows = r.rows.saturating_add(rows));
        let Some(_at_work) = self.world.shopify.claim(&key) else {
            return Ok(Ok(Payload { errors: vec![UserError::concurrent()], ..Payload::default() }));
        };
        pause(self.delay).await;
        let call = Call {
            key: &key,
            now_us: self.world.clock.now_us(),
            received_us: self.world.received_at(self.request),
            request: self.request,
            verdict: &self.verdict,
        };
        self.world.commit(|state| decide(state, &input, &call)).map(Ok)
    }
}
