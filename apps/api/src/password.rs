//! Passwords: argon2id as OWASP advises, rules, and random ones.

use std::collections::BTreeSet;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::secret::Secret;

/// Memory in KiB, passes, lanes. Source: OWASP Password Storage Cheat Sheet, Argon2id:
/// m=19456 (19 MiB), t=2, p=1.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// The shortest password that somebody may choose. Source: NIST SP 800-63B allows 8 where there is
/// a second factor and asks for 15 where there is none; the admin of a development database gets a
/// number between.
pub const MIN_LENGTH: usize = 12;

/// The longest one: hashing a novel would only be a way to keep the server busy.
pub const MAX_LENGTH: usize = 256;

/// Letters and digits without those that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Why a password was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("the password is shorter than {MIN_LENGTH} characters")]
    TooShort,
    /// Too long.
    #[error("the password is longer than {MAX_LENGTH} characters")]
    TooLong,
    /// The address itself, or the part before the `@`.
    #[error("the password is the email address, or a part of it")]
    IsEmail,
    /// A short piece over and over, or hardly any different characters.
    #[error("the password repeats itself")]
    Repeats,
    /// The machine gives no randomness, or the library refuses.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// Fewer different characters than this are no password, however long it is.
const MIN_DIFFERENT: usize = 5;

/// Whether somebody may choose this password. There are no rules on kinds of characters, which only lead to
/// predictable ones (NIST SP 800-63B, 3.1.1.2): length, and none of what is tried first.
///
/// # Errors
/// Every [`PasswordError`] but [`PasswordError::Hash`].
pub fn check(password: &str, email: &str) -> Result<(), PasswordError> {
    let characters: Vec<char> = password.to_lowercase().chars().collect();
    match password.chars().count() {
        0..MIN_LENGTH => return Err(PasswordError::TooShort),
        MIN_LENGTH..=MAX_LENGTH => {}
        _ => return Err(PasswordError::TooLong),
    }
    let lower: String = characters.iter().collect();
    let local = email.split('@').next().unwrap_or_default();
    if lower.contains(email) || lower == local || lower.trim_matches(|c: char| !c.is_alphabetic()) == local {
        return Err(PasswordError::IsEmail);
    }
    if characters.iter().collect::<BTreeSet<_>>().len() < MIN_DIFFERENT || is_repetition(&characters) {
        return Err(PasswordError::Repeats);
    }
    Ok(())
}

/// Whether a piece of at most half the length makes up all of it, the last time perhaps in part.
fn is_repetition(characters: &[char]) -> bool {
    (1..=characters.len() / 2).any(|period| {
        let shifted = characters.iter().skip(period);
        shifted.zip(characters).all(|(a, b)| a == b)
    })
}

/// The hash to keep, in PHC format, with a salt of its own.
///
/// # Errors
/// [`PasswordError::Hash`]
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let (memory, passes, lanes) = COST;
    let params =
        Params::new(memory, passes, lanes, None).map_err(|error| PasswordError::Hash(error.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(password.as_bytes());
    hash.map(|it| it.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Whether the password is the one behind the hash. A hash that cannot be read belongs to no password.
pub fn verify(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

/// Whether a hash was made with less work than those of today, or otherwise.
pub fn is_outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = COST;
    let Ok(hash) = PasswordHash::new(hash) else { return true };
    let Ok(params) = Params::try_from(&hash) else { return true };
    hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || hash.version != Some(Version::V0x13.into())
        || params.m_cost() < memory
        || params.t_cost() < passes
        || params.p_cost() < lanes
}

/// A password of 20 characters, 100 bits.
///
/// # Errors
/// [`PasswordError::Hash`], when the machine gives no randomness.
pub fn random() -> Result<Secret, PasswordError> {
    let mut bytes = [0u8; 20];
    getrandom::fill(&mut bytes).map_err(|error| PasswordError::Hash(error.to_string()))?;
    // 256 is a multiple of 32: every character is as likely as the others.
    let text: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_verifies() {
        let hash = hash("correct horse battery").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse battery", &hash));
        assert!(!verify("correct horse batter", &hash));
        assert!(!verify("", "no hash"));
    }

    #[test]
    fn hashes_of_less_work_are_outdated() {
        let argon2 = |algorithm, memory, passes| {
            let params = Params::new(memory, passes, 1, None).expect("parameters");
            let argon2 = Argon2::new(algorithm, Version::V0x13, params);
            argon2.hash_password(b"correct horse battery").expect("a hash").to_string()
        };
        assert!(!is_outdated(&hash("correct horse battery").expect("a hash")));
        assert!(!is_outdated(&argon2(Algorithm::Argon2id, 19_456, 3)));
        assert!(is_outdated(&argon2(Algorithm::Argon2id, 19_456, 1)));
        assert!(is_outdated(&argon2(Algorithm::Argon2id, 4_096, 3)));
        assert!(is_outdated(&argon2(Algorithm::Argon2i, 19_456, 2)));
        assert!(is_outdated("no hash"));
    }

    #[test]
    fn rules() {
        let rule = |password: &str| check(password, "administrator@example.com");
        assert_eq!(rule("elf Zeichen"), Err(PasswordError::TooShort));
        assert_eq!(rule("zwölf Zeiche"), Ok(()));
        assert_eq!(rule(&"x".repeat(257)), Err(PasswordError::TooLong));
        for text in
            ["Administrator@Example.com", "administrator@example.com1", "Administrator", "administrator123!"]
        {
            assert_eq!(rule(text), Err(PasswordError::IsEmail), "{text}");
        }
        for text in [
            "aaaaaaaaaaaa",
            "121212121212",
            "abcdabcdabcd",
            "secretsecret",
            "SecretsecretS",
            "passpasspassword",
        ] {
            let expected = if text == "passpasspassword" { Ok(()) } else { Err(PasswordError::Repeats) };
            assert_eq!(rule(text), expected, "{text}");
        }
        assert_eq!(rule("administrator of nothing"), Ok(()));
    }

    #[test]
    fn random_passwords_differ_and_pass_the_rules() {
        let (a, b) = (random().expect("one"), random().expect("another"));
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 20);
        assert_eq!(check(a.reveal(), "admin@example.com"), Ok(()));
        assert_eq!(format!("{a:?}"), "Secret(..)");
    }
}
