//! The API's own description (OpenAPI 3.1), made of the handlers: what each takes is its extractors' types, what it is for is said
//! where it is routed.

use super::problem::Problem;
use aide::OperationInput;
use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Info, License, OpenApi, Operation, Response as Answer};
use aide::transform::TransformOperation;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A JSON body, with an error that names the place of a mistake and never the value: it may be a secret. Nothing at all is an
/// empty object.
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        read(&bytes).map(Self).map_err(IntoResponse::into_response)
    }
}

fn read<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, Problem> {
    let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let kind = match error.inner().classify() {
            serde_json::error::Category::Data => {
                let text = error.inner().to_string();
                if text.contains("unknown field") || text.contains("missing field") {
                    text
                } else {
                    "wrong type".to_owned()
                }
            }
            _ => "no JSON".to_owned(),
        };
        Problem::invalid(format!("{}: {kind}", error.path()))
    })
}

/// What stands behind the `?`; what is wrong with it is said like everything else.
pub(super) struct Query<T>(pub T);

/// The parts of the path, likewise.
pub(super) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|read| Self(read.0)).map_err(|wrong| Problem::invalid(wrong.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|read| Self(read.0)).map_err(|wrong| Problem::invalid(wrong.body_text()))
    }
}

impl<T: JsonSchema> OperationInput for Query<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        axum::extract::Query::<T>::operation_input(ctx, operation);
    }
}

impl<T: JsonSchema> OperationInput for Path<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        axum::extract::Path::<T>::operation_input(ctx, operation);
    }
}

impl<T: JsonSchema> OperationInput for Body<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Json::<T>::operation_input(ctx, operation);
    }
}

/// A list, whole.
#[derive(Serialize, JsonSchema)]
pub struct Items<T> {
    /// In the order in which they are asked for.
    pub items: Vec<T>,
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
pub struct Paged<T> {
    /// In their order.
    pub items: Vec<T>,
    /// To be asked for as `cursor`; null: there are no more.
    pub next_cursor: Option<i64>,
}

/// What an operation answers.
pub(super) type Told<T> = Result<Json<T>, Problem>;

pub(super) fn items<T>(items: Vec<T>) -> Json<Items<T>> {
    Json(Items { items })
}

/// The thing with this number.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Numbered {
    pub id: i64,
}

/// The channel of this name.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Named {
    pub name: String,
}

/// As it is told.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a shape, for the description")]
struct ProblemDetails {
    /// `about:blank`.
    r#type: String,
    /// What kind of mistake.
    title: String,
    /// As the status of the reply.
    status: u16,
    /// What is wrong and what to do, for people.
    detail: String,
    /// What is wrong, for programs.
    code: String,
}

impl OperationOutput for Problem {
    type Inner = Self;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Answer> {
        let mut answer = Json::<ProblemDetails>::operation_response(ctx, operation)?;
        "What is wrong, in words".clone_into(&mut answer.description);
        let content =
            answer.content.drain(..).map(|(_, media)| ("application/problem+json".to_owned(), media));
        answer.content = content.collect::<Vec<_>>().into_iter().collect();
        Some(answer)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Answer)> {
        [400, 404, 409, 500, 502]
            .into_iter()
            .filter_map(|status| Some((Some(status), Self::operation_response(ctx, operation)?)))
            .collect()
    }
}

/// What an operation is for. Its name is its words in a row.
pub(super) fn says(
    name: &'static str,
    what: &'static str,
) -> impl FnOnce(TransformOperation<'_>) -> TransformOperation<'_> {
    move |operation| operation.id(name).summary(what)
}

/// Before the routes.
pub(super) fn begin() -> OpenApi {
    OpenApi {
        info: Info {
            title: "Onhand agent".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: Some(
                "The local API of the agent, on a Unix socket whose permissions are the lock. The header `Onhand-Actor` (JSON: kind, id, name) says on whose behalf a change is made.".to_owned(),
            ),
            license: Some(License { name: "GPL-2.0-or-later".to_owned(), ..License::default() }),
            ..Info::default()
        },
        ..OpenApi::default()
    }
}

/// As it is sent.
pub(super) struct Document(String);

impl Document {
    pub(super) fn of(api: &OpenApi) -> Self {
        // Every part of it can be written as JSON.
        let mut api = serde_json::to_value(api).unwrap_or_default();
        api["servers"] =
            json!([{ "url": "http://localhost", "description": "On the socket, whatever the host." }]);
        // Whoever may open the socket may ask.
        api["security"] = json!([]);
        for path in api["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
            for operation in path.as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
                worded(&mut operation["responses"]["200"]);
            }
        }
        // Queries are told parameter by parameter.
        let text = api.to_string();
        if let Some(schemas) = api.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
            schemas.retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
        }
        Self(api.to_string())
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// A good answer: as its type says; where that says nothing, an object.
fn worded(answer: &mut Value) {
    answer["description"] = json!("As it is, or as it is now");
    if let Some(schema) = answer.pointer_mut("/content/application~1json/schema")
        && (schema.get("$ref").is_none() && schema.get("type").is_none() || *schema == *ANYTHING)
    {
        *schema = json!({ "type": "object" });
    }
}

/// How any JSON is described.
static ANYTHING: LazyLock<Value> = LazyLock::new(|| json!({ "$ref": "#/components/schemas/AnyValue" }));

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}
