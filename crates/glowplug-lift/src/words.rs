//! Names made of other names.

/// The word with a small first letter; abbreviations at the start get small altogether.
pub(crate) fn lower_first(word: &str) -> String {
    let capitals = word.chars().take_while(char::is_ascii_uppercase).count();
    // `APIKey` is `apiKey`, `URL` is `url`, `Post` is `post`.
    let small = match capitals {
        0 | 1 => capitals,
        all if all == word.len() => all,
        some => some - 1,
    };
    format!("{}{}", word[..small].to_ascii_lowercase(), &word[small..])
}

/// The word with a capital first letter.
fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How names of several words are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// `author_posts`
    Snake,
    /// `authorPosts`
    Camel,
}

/// Two words as one name.
pub(crate) fn joined(first: &str, second: &str, case: Case) -> String {
    match case {
        Case::Snake => format!("{first}_{second}"),
        Case::Camel => format!("{first}{}", upper_first(second)),
    }
}

/// A name as one word with capitals: `reviewed_by` is `ReviewedBy`.
pub(crate) fn pascal(name: &str) -> String {
    name.split('_').map(upper_first).collect()
}

/// What a column that refers to a row calls it: `author` of `author_id` or `authorId`.
pub(crate) fn without_id(column: &str) -> Option<&str> {
    let stem = ["_id", "_ID", "_Id", "_uuid"].iter().find_map(|ending| column.strip_suffix(ending));
    let camel = || {
        let stem = ["Id", "ID", "Uuid"].iter().find_map(|ending| column.strip_suffix(ending))?;
        stem.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()).then_some(stem)
    };
    stem.or_else(camel).filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_letters() {
        assert_eq!(lower_first("BlogPost"), "blogPost");
        assert_eq!(lower_first("APIKey"), "apiKey");
        assert_eq!(lower_first("URL"), "url");
        assert_eq!(lower_first("users"), "users");
    }

    #[test]
    fn ids() {
        assert_eq!(without_id("author_id"), Some("author"));
        assert_eq!(without_id("authorId"), Some("author"));
        assert_eq!(without_id("paid"), None);
        assert_eq!(without_id("id"), None);
        assert_eq!(without_id("_id"), None);
        assert_eq!(without_id("ownerID"), Some("owner"));
    }
}
