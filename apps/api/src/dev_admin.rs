//! A local administrator: created, or brought to what was asked, and nothing more.

use chrono::{DateTime, Utc};
use diesel::Connection;
use diesel::connection::LoadConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use glowplug::protection::{Refusal, refuse_if_protected};

use crate::db::enums::Role;
use crate::db::models::{NewUser, User, UserChanges};
use crate::db::schema::{api_token, user};
use crate::password::{self, PasswordError};
use crate::secret::Secret;
use crate::token;

/// What the administrator should be.
pub struct Wanted {
    /// Normalised (see [`normalised_email`]).
    pub email: String,
    /// The new name, if it should change.
    pub name: Option<String>,
    /// The new password, if it should change.
    pub password: Option<NewPassword>,
    /// Whether all tokens of the account should be taken away.
    pub revoke_tokens: bool,
    /// How long a new token should open the API, if there should be one.
    pub token: Option<chrono::Duration>,
}

/// Where a new password comes from.
pub enum NewPassword {
    /// Somebody chose it.
    Given(Secret),
    /// To be made up, and shown once.
    Random,
}

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// The row's key.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name, if there is one.
    pub name: Option<String>,
    /// Whether the account is new.
    pub created: bool,
    /// Whether the account was something else than an administrator before.
    pub promoted: bool,
    /// Whether it has a new name.
    pub name_changed: bool,
    /// Whether it has a new password.
    pub password_changed: bool,
    /// The random password. The only place where it can be read.
    pub random_password: Option<Secret>,
    /// How many tokens were taken away.
    pub tokens_revoked: usize,
    /// The new token. The only place where it can be read.
    pub token: Option<Secret>,
    /// When that one stops opening anything.
    pub token_expires_at: Option<DateTime<Utc>>,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The address is none.
    #[error("`{0}` is not an email address")]
    BadEmail(String),
    /// The password is against the rules.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The machine gives no randomness.
    #[error("a token cannot be made: {0}")]
    Token(#[from] getrandom::Error),
    /// The database is protected.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Several accounts have this address, in different spellings.
    #[error("{0} accounts have the address `{1}` in different spellings")]
    Ambiguous(usize, String),
    /// The tables are missing.
    #[error("the database has no table `User` or `ApiToken` as this program knows it: {0}")]
    MissingTables(String),
    /// Anything else that the database says.
    #[error("the database refuses: {0}")]
    Database(String),
    /// What was asked contradicts itself, or cannot be read.
    #[error("{0}")]
    Usage(String),
}

impl AdminError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            AdminError::BadEmail(_) => Some("write it as admin@example.com"),
            AdminError::Password(
                PasswordError::TooShort | PasswordError::IsEmail | PasswordError::Repeats,
            ) => Some("leave the password out to get a random one"),
            AdminError::Password(PasswordError::TooLong | PasswordError::Hash(_))
            | AdminError::Token(_)
            | AdminError::Usage(_)
            | AdminError::Database(_) => None,
            AdminError::Refused(refusal) => Some(refusal.hint()),
            AdminError::Ambiguous(..) => Some("keep one of them, in lower case"),
            AdminError::MissingTables(_) => Some("cargo xtask db migrate"),
        }
    }
}

impl From<DieselError> for AdminError {
    fn from(error: DieselError) -> Self {
        match &error {
            // Diesel keeps no SQLSTATE; a table or column that is not there is among the unknown kinds.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, info)
                if ["\"User\"", "User.", "\"ApiToken\"", "ApiToken."]
                    .iter()
                    .any(|it| info.message().contains(it)) =>
            {
                AdminError::MissingTables(info.message().to_owned())
            }
            _ => AdminError::Database(error.to_string()),
        }
    }
}

/// The address in lower case, without blanks around it.
///
/// # Errors
/// [`AdminError::BadEmail`]: not `local@domain`, blanks or control characters inside, or longer than
/// the 254 characters that mail allows (RFC 5321, 4.5.3.1).
pub fn normalised_email(text: &str) -> Result<String, AdminError> {
    let email = text.trim().to_lowercase();
    let bad = || AdminError::BadEmail(text.trim().chars().filter(|it| !it.is_control()).collect());
    let (local, domain) = email.rsplit_once('@').ok_or_else(bad)?;
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let label = |it: &str| !it.is_empty() && !it.starts_with('-') && !it.ends_with('-');
    let fine = !local.is_empty()
        && local.len() <= 64
        && email.len() <= 254
        && !local.contains('@')
        && !email.contains(blank)
        && !email.contains(['<', '>', ',', ';', '"', '\\'])
        && domain.split('.').all(label);
    if fine { Ok(email) } else { Err(bad()) }
}

/// Whether an account needs a password from somebody: it is new, or has none.
///
/// # Errors
/// [`AdminError`], also when the database is protected.
pub fn needs_password<C>(conn: &mut C, email: &str) -> Result<bool, AdminError>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    refuse_if_protected(conn)?;
    Ok(find(conn, email)?.is_none_or(|it| it.password_hash.is_none()))
}

/// Creates the administrator, or changes what was asked. An account without a password gets one.
///
/// # Errors
/// [`AdminError`]; nothing has changed then.
pub fn ensure<C>(conn: &mut C, wanted: Wanted) -> Result<Done, AdminError>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    refuse_if_protected(conn)?;
    conn.transaction(|conn| {
        let found = find(conn, &wanted.email)?;
        let (hash, random_password) =
            new_hash(found.as_ref().and_then(|it| it.password_hash.as_deref()), &wanted)?;
        let password_changed = hash.is_some();
        let name_changed =
            wanted.name.is_some() && found.as_ref().and_then(|it| it.name.clone()) != wanted.name;
        let created = found.is_none();
        let promoted = found.as_ref().is_some_and(|it| it.role != Role::Admin);
        let row = match found {
            None => create(conn, wanted.email, wanted.name, hash)?,
            Some(row) if promoted || name_changed || password_changed => {
                let name = wanted.name.filter(|_| name_changed);
                change(conn, &row, name, hash)?
            }
            Some(row) => row,
        };
        let tokens_revoked = if wanted.revoke_tokens {
            diesel::delete(api_token::table.filter(api_token::user_id.eq(&row.id))).execute(conn)?
        } else {
            0
        };
        let fresh = wanted.token.map(|lifetime| token::fresh(&row.id, lifetime)).transpose()?;
        if let Some(fresh) = &fresh {
            diesel::delete(token::expired_of(&row.id, Utc::now())).execute(conn)?;
            diesel::insert_into(api_token::table).values(&fresh.row).execute(conn)?;
        }
        Ok(Done {
            id: row.id,
            email: row.email,
            name: row.name,
            created,
            promoted,
            name_changed,
            password_changed,
            random_password,
            tokens_revoked,
            token_expires_at: fresh.as_ref().map(|it| it.expires_at),
            token: fresh.map(|it| it.token),
        })
    })
}

/// The hash to write, if one has to be written, and the password that was made up for it. A given password that
/// is the account's already is left alone, unless it was hashed with less work than passwords are today.
fn new_hash(old: Option<&str>, wanted: &Wanted) -> Result<(Option<String>, Option<Secret>), AdminError> {
    match &wanted.password {
        Some(NewPassword::Given(given)) => {
            let given = given.reveal();
            let is_same = old.is_some_and(|old| password::verify(given, old) && !password::is_outdated(old));
            if is_same {
                return Ok((None, None));
            }
            password::check(given, &wanted.email)?;
            Ok((Some(password::hash(given)?), None))
        }
        None if old.is_some() => Ok((None, None)),
        Some(NewPassword::Random) | None => {
            let password = password::random()?;
            Ok((Some(password::hash(password.reveal())?), Some(password)))
        }
    }
}

fn create<C>(
    conn: &mut C,
    email: String,
    name: Option<String>,
    password_hash: Option<String>,
) -> QueryResult<User>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let row = NewUser { role: Some(Role::Admin), name, password_hash, ..NewUser::new(email) };
    diesel::insert_into(user::table).values(row).returning(User::as_returning()).get_result(conn)
}

fn change<C>(
    conn: &mut C,
    row: &User,
    name: Option<String>,
    password_hash: Option<String>,
) -> QueryResult<User>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let changes = UserChanges {
        role: Some(Role::Admin),
        name: name.map(Some),
        password_hash: password_hash.map(Some),
        ..UserChanges::touched()
    };
    diesel::update(user::table.find(&row.id)).set(changes).returning(User::as_returning()).get_result(conn)
}

/// The account with this address, however it is spelled in the database.
fn find<C>(conn: &mut C, email: &str) -> Result<Option<User>, AdminError>
where
    C: Connection<Backend = Pg> + LoadConnection,
{
    let mut found: Vec<User> =
        user::table.filter(lower(user::email).eq(email)).select(User::as_select()).for_update().load(conn)?;
    if found.len() > 1 {
        return Err(AdminError::Ambiguous(found.len(), email.to_owned()));
    }
    Ok(found.pop())
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text in lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, email) in [
            (" Admin@Example.COM ", "admin@example.com"),
            ("a.b+c@localhost", "a.b+c@localhost"),
            ("ülrike@bücher.example", "ülrike@bücher.example"),
        ] {
            assert_eq!(normalised_email(text).expect("an address"), email);
        }
        for text in
            ["", "admin", "@example.com", "a@", "a b@c.d", "a@b@c", "a@.d", "a@b..c", "a@-b.c", "x\n@y.z"]
        {
            assert!(normalised_email(text).is_err(), "{text:?}");
        }
        assert!(normalised_email(&format!("{}@example.com", "x".repeat(65))).is_err());
    }
}
