//! Reads SQL expressions just far enough to tell whether two of them mean the same.
//!
//! The server stores an expression as a tree and prints it its own way: with parentheses, casts on
//! literals, `IN` as `= ANY (ARRAY[...])`, `!=` as `<>`. [`canonical`] brings what a person wrote and
//! what `pg_get_expr` prints to the same text. It never fails: what it cannot read is compared word
//! by word. Source: PostgreSQL manual, 4.1.6 Operator Precedence; `ruleutils.c`.

mod lexer;
mod parser;

/// An expression, with what does not matter for its meaning already gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expr {
    /// A string literal, escapes resolved.
    Text(String),
    /// A number as written.
    Number(String),
    /// A bare keyword in lower case: `true`, `null`, `current_timestamp`.
    Word(String),
    /// A column or another name, parts joined by `.`.
    Name(String),
    /// A function call.
    Call(String, Vec<Expr>),
    /// `ARRAY[...]`
    Array(Vec<Expr>),
    /// `(a, b)`
    Row(Vec<Expr>),
    /// `expr::type`, the type in canonical spelling.
    Cast(Box<Expr>, String),
    /// A prefix operator.
    Unary(String, Box<Expr>),
    /// An infix operator.
    Binary(String, Box<Expr>, Box<Expr>),
    /// `AND` or `OR` of two or more.
    Chain(&'static str, Vec<Expr>),
    /// `expr IS NOT NULL` and its kin.
    Is(Box<Expr>, String),
}

/// Reads an expression; `None` when it uses grammar that is not known here.
pub(crate) fn parse(text: &str) -> Option<Expr> {
    parser::parse(&lexer::lex(text)?)
}

/// Whether the SQL names something of that name. One that cannot be read may name everything in it.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    lexer::lex(text)
        .map_or_else(|| text.contains(name), |tokens| tokens.iter().any(|token| token.names(name)))
}

/// A text that is the same for expressions that the server would store as the same.
/// The names of `renamed` columns (before, after) are replaced.
pub(crate) fn canonical(text: &str, renamed: &[(String, String)]) -> String {
    match parse(text) {
        Some(expr) => render(&simplify(expr), renamed),
        None => lexer::words(text),
    }
}

/// Drops what the server adds by itself: casts of literals, and casts between text types.
fn simplify(expr: Expr) -> Expr {
    let all = |items: Vec<Expr>| items.into_iter().map(simplify).collect();
    match expr {
        Expr::Cast(inner, ty) => {
            let inner = simplify(*inner);
            if is_constant(&inner) || is_text(&ty) { inner } else { Expr::Cast(Box::new(inner), ty) }
        }
        Expr::Call(name, args) if name == "now" && args.is_empty() => Expr::Word("current_timestamp".into()),
        Expr::Call(name, args) => Expr::Call(name, all(args)),
        Expr::Array(items) => Expr::Array(all(items)),
        Expr::Row(items) => Expr::Row(all(items)),
        Expr::Unary(op, inner) => match (op.as_str(), simplify(*inner)) {
            ("-", Expr::Number(n)) => Expr::Text(format!("-{n}")),
            (_, inner) => Expr::Unary(op, Box::new(inner)),
        },
        Expr::Binary(op, a, b) => Expr::Binary(op, Box::new(simplify(*a)), Box::new(simplify(*b))),
        Expr::Chain(op, items) => {
            let mut flat = Vec::new();
            for item in items {
                match simplify(item) {
                    Expr::Chain(inner, more) if inner == op => flat.extend(more),
                    other => flat.push(other),
                }
            }
            Expr::Chain(op, flat)
        }
        Expr::Is(inner, what) => Expr::Is(Box::new(simplify(*inner)), what),
        Expr::Text(_) | Expr::Number(_) | Expr::Word(_) | Expr::Name(_) => expr,
    }
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) | Expr::Number(_) => true,
        Expr::Word(word) => word == "null",
        Expr::Array(items) => items.iter().all(is_constant),
        _ => false,
    }
}

fn is_text(ty: &str) -> bool {
    let element = ty.trim_end_matches("[]").split('(').next().unwrap_or(ty);
    matches!(element, "text" | "varchar" | "bpchar")
}

fn render(expr: &Expr, renamed: &[(String, String)]) -> String {
    let all = |items: &[Expr]| items.iter().map(|e| render(e, renamed)).collect::<Vec<_>>();
    match expr {
        // Numbers and texts look alike: the server prints `-1` as `'-1'::integer`.
        Expr::Text(text) => format!("'{text}'"),
        Expr::Number(number) => format!("'{number}'"),
        Expr::Word(word) => word.clone(),
        Expr::Name(name) => {
            let to = renamed.iter().find(|(from, _)| from == name).map(|(_, to)| to);
            format!("\"{}\"", to.unwrap_or(name))
        }
        Expr::Call(name, args) => format!("{name}({})", all(args).join(", ")),
        Expr::Array(items) => format!("[{}]", all(items).join(", ")),
        Expr::Row(items) => format!("({})", all(items).join(", ")),
        Expr::Cast(inner, ty) => format!("{}::{ty}", render(inner, renamed)),
        Expr::Unary(op, inner) => format!("({op} {})", render(inner, renamed)),
        Expr::Binary(op, a, b) => format!("({} {op} {})", render(a, renamed), render(b, renamed)),
        Expr::Chain(op, items) => format!("({})", all(items).join(&format!(" {op} "))),
        Expr::Is(inner, what) => format!("({} is {what})", render(inner, renamed)),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    fn same(written: &str, printed: &str) {
        assert_eq!(canonical(written, &[]), canonical(printed, &[]), "{written} / {printed}");
    }

    #[test]
    fn what_is_written_meets_what_the_server_prints() {
        same("status = 'x'", "(status = 'x'::text)");
        same("\"status\" = 'ACTIVE'", "(status = 'ACTIVE'::\"Status\")");
        same("a != 1 AND b IS NULL", "((a <> 1) AND (b IS NULL))");
        same("n > -1", "(n > '-1'::integer)");
        same("s IN ('a', 'b')", "(s = ANY (ARRAY['a'::text, 'b'::text]))");
        same(
            "v in ('a','b')",
            "((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        );
        same("s IN ('a')", "(s = 'a'::text)");
        same("s NOT IN ('a','b')", "(s <> ALL (ARRAY['a'::text, 'b'::text]))");
        same("name LIKE 'a%'", "(name ~~ 'a%'::text)");
        same("n BETWEEN 1 AND 5", "((n >= 1) AND (n <= 5))");
        same("a AND b OR NOT c", "((a AND b) OR (NOT c))");
        same("now() - interval '1 day'", "(CURRENT_TIMESTAMP - '1 day'::interval)");
        same("CAST(x AS bigint) = 1", "((x)::bigint = 1)");
        same("GEN_RANDOM_UUID()::text", "(gen_random_uuid())::text");
        same("(data->>'k') = 'v'", "((data ->> 'k'::text) = 'v'::text)");
        same("lower(email) || 'x'", "(lower(email) || 'x'::text)");
        same("now() at time zone 'utc'", "timezone('utc'::text, now())");
    }

    #[test]
    fn what_differs_stays_different() {
        for (a, b) in [
            ("(a OR b) AND c", "a OR (b AND c)"),
            ("a = 'x'", "a = 'y'"),
            ("a::bigint > 1", "a > 1"),
            ("\"A\" = 1", "a = 1"),
        ] {
            assert_ne!(canonical(a, &[]), canonical(b, &[]), "{a} / {b}");
        }
    }

    #[test]
    fn grammar_that_is_not_known_is_compared_word_by_word() {
        same("CASE  WHEN a THEN 1 END", "case when a then 1 end");
    }
}
