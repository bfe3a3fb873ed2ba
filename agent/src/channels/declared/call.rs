//! A call, filled in, authorised and sent.

use super::errors;
use super::spec::{Declaration, Errors, Request, Token};
use super::template::Filler;
use crate::channels::http::{Http, Reply};
use crate::channels::token::{Granted, Tokens, oauth};
use crate::channels::{ChannelError, Settings};
use crate::clock::Clock;
use minijinja::{Value, context};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The API of one account.
pub(super) struct Api {
    pub filler: Filler,
    pub base: String,
    spec: Arc<Declaration>,
    settings: Settings,
    /// The settings, and the secrets with those that took the place of others.
    told: Mutex<BTreeMap<String, String>>,
    http: Http,
    clock: Clock,
    tokens: Tokens,
}

impl Api {
    pub(super) fn new(
        spec: Arc<Declaration>,
        settings: Settings,
        http: Http,
        clock: Clock,
    ) -> Result<Self, String> {
        let filler = Filler::default();
        let mut told = BTreeMap::new();
        for field in &spec.fields {
            let value = if field.secret {
                settings.secret(&field.key).expose_secret().to_owned()
            } else {
                settings.get(&field.key).to_owned()
            };
            told.insert(field.key.clone(), value);
        }
        let base = filler.text(&spec.endpoint, &Value::from_serialize(&told))?;
        Ok(Self {
            filler,
            base: base.trim_end_matches('/').to_owned(),
            spec,
            settings,
            told: Mutex::new(told),
            http,
            tokens: Tokens::new(clock.clone()),
            clock,
        })
    }

    /// The time.
    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// What its errors mean.
    pub(super) fn errors(&self) -> &Errors {
        &self.spec.errors
    }

    /// What templates may name: the settings, and what is given.
    pub(super) fn context(&self, given: Value) -> Value {
        let told = Value::from_serialize(&*self.told.lock().unwrap_or_else(PoisonError::into_inner));
        context! { ..given, ..told }
    }

    /// Sends it; refusals are errors here.
    pub(super) async fn send(&self, request: &Request, given: Value) -> Result<Reply, ChannelError> {
        let given = &given;
        let reply = match &self.spec.auth.token {
            None => self.once(request, given, &SecretString::default()).await?,
            Some(token) => {
                self.tokens
                    .send(
                        || self.fetch(token),
                        |token| async move { self.once(request, given, &token).await },
                        |reply| reply.status == 401,
                    )
                    .await?
            }
        };
        if reply.status < 400 { Ok(reply) } else { Err(errors::of_call(self, &self.spec, &reply)) }
    }

    async fn once(
        &self,
        request: &Request,
        given: &Value,
        token: &SecretString,
    ) -> Result<Reply, ChannelError> {
        let context = self.context(given.clone());
        let url = self.url(request, &context).map_err(|problem| broken("request", problem))?;
        let body = match &request.body {
            Some(body) => Some(self.filler.json(body, &context).map_err(|problem| broken("body", problem))?),
            None => None,
        };
        let body = body.map(|body| body.to_string());
        // What signatures are made of.
        let path_and_query =
            url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let signed = context! {
            method => request.method.as_str(), url => url.as_str(), path => url.path(), path_and_query,
            body_text => body.as_deref().unwrap_or_default(), timestamp => self.clock.now_ms() / 1000,
            token => token.expose_secret(), ..context
        };
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|error| broken("method", error.to_string()))?;
        let mut call = self.http.request(method, url.as_str());
        for (name, value) in &self.spec.auth.query {
            let value = self.filler.text(value, &signed).map_err(|problem| broken("auth.query", problem))?;
            call = call.query(&[(name, value)]);
        }
        for (name, value) in self.spec.auth.headers.iter().chain(&request.headers) {
            let value = self.filler.text(value, &signed).map_err(|problem| broken("headers", problem))?;
            call = call.header(name, value);
        }
        if let Some(body) = body {
            call =
                call.header(CONTENT_TYPE, request.media.as_deref().unwrap_or("application/json")).body(body);
        }
        self.http.send(call).await
    }

    fn url(&self, request: &Request, context: &Value) -> Result<reqwest::Url, String> {
        let path = self.filler.text(&request.path, context)?;
        let mut url: reqwest::Url =
            format!("{}{path}", self.base).parse().map_err(|error| format!("{path}: {error}"))?;
        for (name, value) in &request.query {
            let value = self.filler.text(value, context)?;
            // What is empty is left out: a first page has no cursor.
            if !value.is_empty() {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        Ok(url)
    }

    async fn fetch(&self, token: &Token) -> Result<Granted, ChannelError> {
        let context = self.context(context! {});
        let fill =
            |text: &str| self.filler.text(text, &context).map_err(|problem| broken("auth.token", problem));
        let mut form = Vec::new();
        for (name, value) in &token.form {
            form.push((name.as_str(), fill(value)?));
        }
        let mut request = self.http.request(Method::POST, &fill(&token.url)?).form(&form);
        if let Some(user) = &token.user {
            request = request.basic_auth(fill(user)?, token.password.as_deref().map(fill).transpose()?);
        }
        let renew = self.spec.renew.clone();
        let granted = oauth(&self.http, request, |_| "").await.map_err(|error| match error {
            ChannelError::Unauthorized { message, .. } => {
                ChannelError::Unauthorized { message, action: renew }
            }
            other => other,
        })?;
        if let (Some(key), Some(refresh)) = (&token.renews, &granted.refresh) {
            let value = refresh.expose_secret().to_owned();
            self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), value);
            self.settings.renewals.renewed(key, refresh);
        }
        Ok(granted)
    }
}

/// The declaration does not fit what it met: nothing was sent.
pub(super) fn broken(place: &str, problem: String) -> ChannelError {
    ChannelError::Refused { code: format!("declaration: {place}"), message: problem }
}
