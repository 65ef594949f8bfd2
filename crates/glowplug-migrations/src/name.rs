//! Names of new migrations.

/// Longest name part, in bytes. Prisma's limit (its P3010), kept so that a history can go both ways.
pub const MAX_NAME_BYTES: usize = 200;

/// A user's words as a folder name: lower case, `_` between words, nothing that a shell minds.
/// `None` when nothing is left of it.
pub fn slug(words: &str) -> Option<String> {
    let mut slug = String::new();
    let mut gap = false;
    let mut before_was_lower = false;
    for c in words.chars() {
        if !c.is_alphanumeric() {
            gap = true;
            before_was_lower = false;
            continue;
        }
        if (gap || (c.is_uppercase() && before_was_lower)) && !slug.is_empty() {
            slug.push('_');
        }
        gap = false;
        before_was_lower = c.is_lowercase() || c.is_numeric();
        slug.extend(c.to_lowercase());
    }
    let mut end = slug.len().min(MAX_NAME_BYTES);
    while !slug.is_char_boundary(end) {
        end -= 1;
    }
    slug.truncate(end);
    let slug = slug.trim_end_matches('_').to_owned();
    (!slug.is_empty()).then_some(slug)
}

/// The folder name for a new migration: `timestamp` is UTC as `YYYYMMDDHHMMSS`. Where that second is taken
/// or lies before the last migration, the next free number after the last one is used, so that the new
/// migration sorts last and Diesel sees a version of its own.
pub fn folder_name(timestamp: &str, slug: &str, existing: &[String]) -> String {
    let last = existing.iter().filter_map(|v| v.parse::<u64>().ok()).max();
    let version = match (timestamp.parse::<u64>(), last) {
        (Ok(now), Some(last)) if now <= last => (last + 1).to_string(),
        _ => timestamp.to_owned(),
    };
    format!("{version}_{slug}")
}

/// The name of the migration that follows another one at a distance, for the same edit of the schema.
pub fn following(name: &str, distance: usize, word: &str) -> String {
    let (version, slug) = name.split_once('_').unwrap_or((name, ""));
    match version.parse::<u64>() {
        Ok(number) => format!("{}_{slug}_{word}", number + distance as u64),
        // Not a name of ours: it sorts behind all the same.
        Err(_) => format!("{name}_{distance}_{word}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_snake_case() {
        assert_eq!(slug("Add publish date").as_deref(), Some("add_publish_date"));
        assert_eq!(slug("addPublishDate").as_deref(), Some("add_publish_date"));
        assert_eq!(slug("  st-14: core/database  ").as_deref(), Some("st_14_core_database"));
        assert_eq!(slug("Prüfung №1").as_deref(), Some("prüfung_1"));
        assert_eq!(slug("../../etc").as_deref(), Some("etc"));
        assert_eq!(slug(" ./ "), None);
        assert_eq!(slug(&"é".repeat(150)).map(|s| s.len()), Some(200));
    }

    #[test]
    fn what_follows_sorts_behind() {
        assert_eq!(following("20251102184320_add_a", 2, "index"), "20251102184322_add_a_index");
    }

    #[test]
    fn a_new_folder_sorts_last() {
        let existing = vec!["20251102184320".to_owned()];
        assert_eq!(folder_name("20261122160412", "x", &existing), "20261122160412_x");
        assert_eq!(folder_name("20251102184320", "x", &existing), "20251102184321_x");
        assert_eq!(folder_name("20250101000000", "x", &existing), "20251102184321_x");
    }
}
