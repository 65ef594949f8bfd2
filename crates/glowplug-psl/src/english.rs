//! English, as far as made-up names need it.

/// Words that have a form of their own.
const IRREGULAR: [(&str, &str); 4] =
    [("person", "people"), ("child", "children"), ("man", "men"), ("woman", "women")];

/// Endings that are the same for one and for several.
const UNCHANGING: [&str; 5] = ["data", "media", "news", "series", "species"];

/// Words that end like several, and are one.
const ONE: [&str; 6] = ["alias", "atlas", "bias", "canvas", "gas", "lens"];

/// Several of it: `post` gives `posts`, `category` `categories`. What looks like several already stays.
pub fn plural(name: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|it| ends_with(name, it));
    if let Some(other) = IRREGULAR.iter().find_map(|(one, several)| with_other_end(name, one, several)) {
        return other;
    }
    if ends(&UNCHANGING) || IRREGULAR.iter().any(|(_, several)| ends_with_word(name, several)) {
        name.to_owned()
    } else if ends(&["ss", "x", "z", "ch", "sh", "us"]) || ONE.iter().any(|it| ends_with_word(name, it)) {
        format!("{name}es")
    } else if ends(&["is"]) {
        format!("{}es", &name[..name.len() - 2])
    } else if ends(&["s"]) {
        name.to_owned()
    } else if ends(&["y"]) && !ends(&["ay", "ey", "iy", "oy", "uy"]) && name.len() > 1 {
        format!("{}ies", &name[..name.len() - 1])
    } else {
        format!("{name}s")
    }
}

/// One of it: `users` gives `user`, `categories` `category`.
pub fn singular(name: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|it| ends_with(name, it));
    let without = |count: usize| name[..name.len() - count].to_owned();
    if let Some(other) = IRREGULAR.iter().find_map(|(one, several)| with_other_end(name, several, one)) {
        return other;
    }
    if ends(&UNCHANGING) || ONE.iter().any(|it| ends_with_word(name, it)) {
        name.to_owned()
    } else if ends(&["ies"]) && name.len() > 4 {
        format!("{}y", without(3))
    } else if ends(&["sses", "xes", "zes", "ches", "shes", "uses"])
        || ONE.iter().any(|it| ends_with_word(name, &format!("{it}es")))
    {
        without(2)
    } else if ends(&["s"]) && !ends(&["ss", "us", "is"]) && name.len() > 1 {
        without(1)
    } else {
        name.to_owned()
    }
}

/// The name in two: before its end, and an end as long as that, whatever is capital.
fn split<'a>(name: &'a str, end: &str) -> Option<(&'a str, &'a str)> {
    let at = name.len().checked_sub(end.len())?;
    name.split_at_checked(at).filter(|(_, tail)| tail.eq_ignore_ascii_case(end))
}

fn ends_with(name: &str, end: &str) -> bool {
    split(name, end).is_some()
}

/// Whether the last word of the name is this one, in snake case or in camel case.
fn ends_with_word(name: &str, word: &str) -> bool {
    split(name, word).is_some_and(|(stem, tail)| {
        stem.is_empty() || stem.ends_with('_') || tail.starts_with(|c: char| c.is_ascii_uppercase())
    })
}

/// The name with another word at its end, which keeps a capital.
fn with_other_end(name: &str, from: &str, to: &str) -> Option<String> {
    let (stem, tail) = split(name, from).filter(|_| ends_with_word(name, from))?;
    let is_capital = tail.starts_with(|c: char| c.is_ascii_uppercase());
    let first = if is_capital { to[..1].to_ascii_uppercase() } else { to[..1].to_owned() };
    Some(format!("{stem}{first}{}", &to[1..]))
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
            ("branch", "branches"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("canvas", "canvases"),
            ("user_role", "user_roles"),
            ("person", "people"),
            ("sales_person", "sales_people"),
            ("salesPerson", "salesPeople"),
            ("mailAlias", "mailAliases"),
            ("human", "humans"),
            ("metadata", "metadata"),
            ("news", "news"),
        ] {
            assert_eq!(plural(one), several);
            assert_eq!(singular(several), one);
        }
        for several in ["users", "people", "areas", "salesPeople"] {
            assert_eq!(plural(several), several);
        }
        assert_eq!(plural("analysis"), "analyses");
        assert_eq!(singular("news_s"), "news_");
        assert_eq!((plural("öl"), singular("ö")), ("öls".to_owned(), "ö".to_owned()));
    }
}
