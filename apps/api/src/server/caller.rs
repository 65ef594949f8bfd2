//! Who calls: the header `Authorization: Bearer ...`, and what it opens.

use async_graphql::Context;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use diesel::OptionalExtension;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::App;
use super::sign_in::account;
use crate::db::models::User;
use crate::db::schema::api_token;
use crate::token;

/// The account that a request was made for. Resolvers find it in their context, see [`Viewer::of`].
#[derive(Debug, Clone)]
pub struct Viewer(pub User);

impl Viewer {
    /// Who asks, if the request had a token.
    pub fn of<'a>(ctx: &Context<'a>) -> Option<&'a Viewer> {
        ctx.data_opt::<Viewer>()
    }
}

/// A request without the header is nobody's. One with a token that opens nothing is refused: its sender
/// believes to be somebody, and must hear that this is over.
pub(super) struct Caller {
    pub(super) viewer: Option<Viewer>,
    /// Hash of the token.
    hash: String,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Some(header) = parts.headers.get(AUTHORIZATION) else {
            return Ok(Self { viewer: None, hash: String::new() });
        };
        let Some(given) = bearer(header) else {
            return Err(refused("the header `Authorization` holds no bearer token"));
        };
        let hash = token::hash(given);
        match owner(app, &hash).await {
            Ok(Some(user)) => Ok(Self { viewer: Some(Viewer(user)), hash }),
            Ok(None) => Err(refused("the token is unknown, expired or revoked")),
            Err(_) => Err(super::unavailable().into_response()),
        }
    }
}

/// The scheme's name is read in any case (RFC 9110, 11.1).
fn bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

async fn owner(app: &App, hash: &str) -> Result<Option<User>, Box<dyn std::error::Error>> {
    let mut connection = app.pool.get().await?;
    Ok(token::owner_of(hash, Utc::now()).first(&mut connection).await.optional()?)
}

fn refused(why: &str) -> Response {
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], Json(json!({ "error": why }))).into_response()
}

fn nobody() -> Response {
    let challenge = HeaderValue::from_static("Bearer");
    let body = json!({ "error": "sign in first: the request has no `Authorization: Bearer ...`" });
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], Json(body)).into_response()
}

/// `GET /me`: whose token it is.
pub(super) async fn me(caller: Caller) -> Result<Json<Value>, Response> {
    let Some(Viewer(user)) = caller.viewer else { return Err(nobody()) };
    Ok(Json(account(&user)))
}

/// `POST /sign-out`: the token opens nothing any more.
pub(super) async fn sign_out(State(app): State<App>, caller: Caller) -> Response {
    if caller.viewer.is_none() {
        return nobody();
    }
    let gone = async {
        let mut connection = app.pool.get().await?;
        diesel::delete(api_token::table.find(&caller.hash)).execute(&mut connection).await?;
        Ok::<_, Box<dyn std::error::Error>>(())
    };
    match gone.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(_) => super::unavailable().into_response(),
    }
}
