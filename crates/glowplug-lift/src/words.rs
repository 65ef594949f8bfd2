//! English, as far as names of relations need it.

/// Words that have a form of their own.
const IRREGULAR: [(&str, &str); 4] =
    [("person", "people"), ("child", "children"), ("man", "men"), ("woman", "women")];

/// The other form of an irregular word at the end of a name.
fn irregular(
    word: &str,
    forms: impl Fn(&(&'static str, &'static str)) -> (&'static str, &'static str),
) -> Option<String> {
    IRREGULAR.iter().map(forms).find_map(|(from, to)| {
        let stem = &word[..word.len().checked_sub(from.len())?];
        let is_word = stem.is_empty() || stem.ends_with('_');
        (is_word && word.ends_with(from)).then(|| format!("{stem}{to}"))
    })
}

/// Several of it: `post` gives `posts`, `category` `categories`. What looks like several already stays.
pub(crate) fn plural(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if let Some(other) = irregular(word, |forms| *forms) {
        return other;
    }
    if irregular(word, |(one, several)| (several, one)).is_some() {
        return word.to_owned();
    }
    if ends(&["ss", "x", "z", "ch", "sh", "us"]) {
        format!("{word}es")
    } else if ends(&["s", "data"]) && !ends(&["is"]) {
        word.to_owned()
    } else if ends(&["is"]) {
        format!("{}es", &word[..word.len() - 2])
    } else if lower.ends_with('y') && !ends(&["ay", "ey", "iy", "oy", "uy"]) && word.len() > 1 {
        format!("{}ies", &word[..word.len() - 1])
    } else {
        format!("{word}s")
    }
}

/// One of it: `users` gives `user`, `categories` `category`.
pub(crate) fn singular(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    let without = |count: usize| word[..word.len() - count].to_owned();
    if let Some(other) = irregular(word, |(one, several)| (several, one)) {
        return other;
    }
    if lower.ends_with("ies") && word.len() > 4 {
        format!("{}y", without(3))
    } else if ends(&["sses", "xes", "zes", "ches", "shes", "uses"]) {
        without(2)
    } else if lower.ends_with('s') && !ends(&["ss", "us", "is"]) && word.len() > 1 {
        without(1)
    } else {
        word.to_owned()
    }
}

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
    fn one_and_several() {
        for (one, several) in [
            ("post", "posts"),
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("user_role", "user_roles"),
            ("person", "people"),
            ("sales_person", "sales_people"),
        ] {
            assert_eq!(plural(one), several);
            assert_eq!(singular(several), one);
        }
        assert_eq!(plural("users"), "users");
        assert_eq!(plural("people"), "people");
        assert_eq!(plural("analysis"), "analyses");
        assert_eq!(singular("news_s"), "news_");
    }

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
