//! Errors as RFC 9457 problem documents.

use crate::app::AppError;
use crate::channels::ChannelError;
use crate::db::DbError;
use axum::Json;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request was not answered as asked.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
}

impl Problem {
    /// There is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, code: "not_found", title: "Not found", detail: detail.into() }
    }

    /// The request makes no sense.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "invalid",
            title: "Invalid request",
            detail: detail.into(),
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::NotFound(_) => Self::not_found(detail),
            AppError::Invalid(_) => Self::invalid(detail),
            AppError::Channel(error) => error.into(),
            AppError::Db(error) => error.into(),
            AppError::Seal(_) => Self {
                status: StatusCode::CONFLICT,
                code: "sealed",
                title: "The credentials do not open",
                detail,
            },
        }
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            code: match error {
                ChannelError::Transport { .. } | ChannelError::Unavailable { .. } => "channel_unavailable",
                ChannelError::Throttled { .. } => "channel_throttled",
                ChannelError::Unauthorized { .. } => "channel_unauthorized",
                ChannelError::Refused { .. } => "channel_refused",
            },
            title: "The channel refused or did not answer",
            detail: error.to_string(),
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "database",
            title: "The agent's database refused",
            detail: error.to_string(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "code": self.code,
        });
        let mut response = (self.status, Json(body)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        response
    }
}

/// For paths that do not exist.
pub async fn no_route(uri: Uri) -> Problem {
    Problem::not_found(format!("there is no {}", uri.path()))
}
