//! Passwords: argon2id as OWASP advises, rules, and random ones.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

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
    /// The machine gives no randomness, or the library refuses.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// Whether somebody may choose this password: only its length counts.
///
/// # Errors
/// [`PasswordError::TooShort`], [`PasswordError::TooLong`]
pub fn check(password: &str) -> Result<(), PasswordError> {
    match password.chars().count() {
        0..MIN_LENGTH => Err(PasswordError::TooShort),
        MIN_LENGTH..=MAX_LENGTH => Ok(()),
        _ => Err(PasswordError::TooLong),
    }
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

/// A password of 20 characters, 100 bits.
///
/// # Errors
/// [`PasswordError::Hash`], when the machine gives no randomness.
pub fn random() -> Result<String, PasswordError> {
    let mut bytes = [0u8; 20];
    getrandom::fill(&mut bytes).map_err(|error| PasswordError::Hash(error.to_string()))?;
    // 256 is a multiple of 32: every character is as likely as the others.
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
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
    fn lengths_are_counted_in_characters() {
        assert_eq!(check("elf Zeichen"), Err(PasswordError::TooShort));
        assert_eq!(check("zwölf Zeiche"), Ok(()));
        assert_eq!(check(&"x".repeat(257)), Err(PasswordError::TooLong));
    }

    #[test]
    fn random_passwords_differ_and_pass_the_rules() {
        let (a, b) = (random().expect("one"), random().expect("another"));
        assert_ne!(a, b);
        assert_eq!(a.len(), 20);
        assert_eq!(check(&a), Ok(()));
    }
}
