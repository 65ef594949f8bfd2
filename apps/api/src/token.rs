//! Bearer tokens for the API (RFC 6750): made up here, shown once, kept as a hash.
//!
//! A token is 256 random bits, so its plain SHA-256 cannot be guessed backwards, as that of a password could:
//! no salt and no slow hash are needed. It is looked up by that hash; how long the look-up takes tells of the
//! hash and nothing of the token.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::db::models::{NewApiToken, User};
use crate::db::schema::{api_token, user};
use crate::secret::Secret;

/// How tokens begin, so that people and scanners for leaked secrets know one when they see it.
const PREFIX: &str = "cpt_";

/// How long a token opens the API that `POST /sign-in` gives.
pub const OF_A_SIGN_IN: Duration = Duration::hours(12);

/// A new token, and the row that is kept of it.
#[derive(Debug)]
pub struct Fresh {
    /// The token. The only place where it can be read.
    pub token: Secret,
    /// When it stops opening anything.
    pub expires_at: DateTime<Utc>,
    /// To be inserted.
    pub row: NewApiToken,
}

/// Makes up a token for an account.
///
/// # Errors
/// The machine gives no randomness.
pub fn fresh(user_id: &str, lifetime: Duration) -> Result<Fresh, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    let token = format!("{PREFIX}{}", hex(&bytes));
    // As precise as the column.
    let expires_at = (Utc::now() + lifetime).trunc_subsecs(3);
    let row = NewApiToken::new(hash(&token), user_id.to_owned(), expires_at);
    Ok(Fresh { token: token.into(), expires_at, row })
}

/// What is kept of a token.
pub fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// The statement that finds the account that a token opens the API to, if it does so still.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn owner_of<'a>(hash: &'a str, now: DateTime<Utc>) -> _ {
    let selected: diesel::dsl::AsSelect<User, diesel::pg::Pg> = User::as_select();
    user::table
        .inner_join(api_token::table)
        .filter(api_token::hash.eq(hash))
        .filter(api_token::expires_at.gt(now))
        .select(selected)
}

/// The tokens of an account that open nothing any more, to be removed when it gets another one.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn expired_of<'a>(user_id: &'a str, now: DateTime<Utc>) -> _ {
    api_token::table.filter(api_token::user_id.eq(user_id)).filter(api_token::expires_at.le(now))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_only_their_hash_is_in_the_row() {
        let (a, b) = (fresh("x", OF_A_SIGN_IN).expect("one"), fresh("x", OF_A_SIGN_IN).expect("another"));
        assert_ne!(a.token, b.token);
        assert_eq!(a.token.reveal().len(), PREFIX.len() + 64);
        assert_eq!(a.row.hash, hash(a.token.reveal()));
        assert!(!format!("{a:?}").contains(a.token.reveal()));
        // Value from FIPS 180-4's examples, "abc".
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
