//! Splits an SQL expression into tokens.

/// A token of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word, in lower case.
    Word(String),
    /// A name in double quotes, without them.
    Quoted(String),
    /// A string literal, escapes resolved.
    Text(String),
    /// A number as written.
    Number(String),
    /// An operator or a punctuation mark.
    Op(String),
}

impl Token {
    /// Whether it is that name.
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Token::Word(word) | Token::Quoted(word) => word == name,
            Token::Text(_) | Token::Number(_) | Token::Op(_) => false,
        }
    }
}

const OPERATOR: &str = "+-*/<>=~!@#%^&|?";

/// The tokens, or `None` for an unterminated literal or a character that has no place in SQL.
pub(super) fn lex(text: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let start = i;
        match c {
            c if c.is_whitespace() => i += 1,
            '\'' => {
                let (literal, end) = delimited(&chars, i, '\'', false)?;
                tokens.push(Token::Text(literal));
                i = end;
            }
            'e' | 'E' if chars.get(i + 1) == Some(&'\'') => {
                let (literal, end) = delimited(&chars, i + 1, '\'', true)?;
                tokens.push(Token::Text(literal));
                i = end;
            }
            '"' => {
                let (name, end) = delimited(&chars, i, '"', false)?;
                tokens.push(Token::Quoted(name));
                i = end;
            }
            c if c.is_ascii_digit() || (c == '.' && chars.get(i + 1).is_some_and(char::is_ascii_digit)) => {
                i = number_end(&chars, i);
                tokens.push(Token::Number(chars[start..i].iter().collect()));
            }
            c if c.is_alphabetic() || c == '_' => {
                while i < chars.len() && (chars[i].is_alphanumeric() || chars[i] == '_' || chars[i] == '$') {
                    i += 1;
                }
                tokens.push(Token::Word(chars[start..i].iter().collect::<String>().to_lowercase()));
            }
            ':' if chars.get(i + 1) == Some(&':') => {
                tokens.push(Token::Op("::".into()));
                i += 2;
            }
            '(' | ')' | '[' | ']' | ',' | '.' | ':' => {
                tokens.push(Token::Op(c.to_string()));
                i += 1;
            }
            c if OPERATOR.contains(c) => {
                i = operator_end(&chars, i);
                tokens.push(Token::Op(chars[start..i].iter().collect()));
            }
            _ => return None,
        }
    }
    Some(tokens)
}

/// The tokens as one text with single spaces: for what cannot be parsed.
pub(super) fn words(text: &str) -> String {
    let Some(tokens) = lex(text) else { return text.split_whitespace().collect::<Vec<_>>().join(" ") };
    let words: Vec<String> = tokens
        .into_iter()
        .map(|token| match token {
            Token::Word(word) | Token::Quoted(word) | Token::Number(word) | Token::Op(word) => word,
            Token::Text(text) => format!("'{text}'"),
        })
        .collect();
    words.join(" ")
}

/// What stands between two delimiters, which are doubled inside, and where it ends.
fn delimited(chars: &[char], start: usize, delimiter: char, escapes: bool) -> Option<(String, usize)> {
    let mut res = String::new();
    let mut i = start + 1;
    loop {
        let c = *chars.get(i)?;
        if c == delimiter && chars.get(i + 1) == Some(&delimiter) {
            res.push(delimiter);
            i += 2;
        } else if c == delimiter {
            return Some((res, i + 1));
        } else if escapes && c == '\\' {
            let escaped = *chars.get(i + 1)?;
            res.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            });
            i += 2;
        } else {
            res.push(c);
            i += 1;
        }
    }
}

fn number_end(chars: &[char], mut i: usize) -> usize {
    while i < chars.len() && (chars[i].is_ascii_digit() || chars[i] == '.') {
        i += 1;
    }
    let signed = usize::from(matches!(chars.get(i + 1), Some('+' | '-')));
    if matches!(chars.get(i), Some('e' | 'E')) && chars.get(i + 1 + signed).is_some_and(char::is_ascii_digit)
    {
        i += 1 + signed;
        while i < chars.len() && chars[i].is_ascii_digit() {
            i += 1;
        }
    }
    i
}

/// An operator ends before a trailing sign, as in `>-1`, unless it holds one of `~ ! @ # % ^ & | ?`.
fn operator_end(chars: &[char], start: usize) -> usize {
    let mut end = start;
    while end < chars.len() && OPERATOR.contains(chars[end]) {
        end += 1;
    }
    let special = chars[start..end].iter().any(|c| "~!@#%^&|?".contains(*c));
    while end - start > 1 && !special && matches!(chars[end - 1], '+' | '-') {
        end -= 1;
    }
    end
}
