//! `POST /sign-in`: whether an email address and a password belong to somebody, to whom, and a token for them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::{Value, json};

use super::App;
use crate::db::models::User;
use crate::db::schema::{api_token, user};
use crate::token::{self, Fresh};
use crate::{dev_admin, password};

/// The hash of a password that nobody has. Checked for unknown addresses, so that the time of an
/// answer does not tell which addresses are known.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5bm8";

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

/// What is told about an account: all but its hash.
pub(super) fn account(user: &User) -> Value {
    json!({ "id": user.id, "email": user.email, "name": user.name, "role": user.role.to_string() })
}

pub(super) async fn sign_in(
    State(app): State<App>,
    Json(credentials): Json<Credentials>,
) -> (StatusCode, Json<Value>) {
    let Ok(found) = find(&app, &credentials.email).await else { return super::unavailable() };
    let hash = found.as_ref().and_then(|it| it.password_hash.clone()).unwrap_or_else(|| NOBODY.to_owned());
    // Hashing takes long on purpose: not on the threads that serve others.
    let verified = tokio::task::spawn_blocking(move || password::verify(&credentials.password, &hash)).await;
    match found {
        Some(it) if verified.unwrap_or(false) => {
            let Ok(fresh) = give_token(&app, &it).await else { return super::unavailable() };
            let mut body = account(&it);
            body["token"] = json!(fresh.token.reveal());
            body["tokenExpiresAt"] = json!(fresh.expires_at);
            (StatusCode::OK, Json(body))
        }
        Some(_) | None => {
            let body = json!({ "error": "unknown email address or wrong password" });
            (StatusCode::UNAUTHORIZED, Json(body))
        }
    }
}

async fn give_token(app: &App, user: &User) -> Result<Fresh, Box<dyn std::error::Error>> {
    let fresh = token::fresh(&user.id, token::OF_A_SIGN_IN)?;
    let mut connection = app.pool.get().await?;
    diesel::delete(token::expired_of(&user.id, Utc::now())).execute(&mut connection).await?;
    diesel::insert_into(api_token::table).values(&fresh.row).execute(&mut connection).await?;
    Ok(fresh)
}

async fn find(app: &App, email: &str) -> Result<Option<User>, Box<dyn std::error::Error>> {
    let Ok(email) = dev_admin::normalised_email(email) else { return Ok(None) };
    let mut connection = app.pool.get().await?;
    let query = user::table.filter(user::email.eq(email)).select(User::as_select());
    Ok(query.first(&mut connection).await.optional()?)
}
