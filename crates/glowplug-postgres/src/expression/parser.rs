//! Builds an [`Expr`] by operator precedence.

use super::Expr;
use super::lexer::Token;
use crate::types;

/// The expression, if all of it could be read.
pub(super) fn parse(tokens: &[Token]) -> Option<Expr> {
    let mut parser = Parser { tokens, at: 0 };
    let expr = parser.expr(0)?;
    (parser.at == tokens.len()).then_some(expr)
}

/// Binding powers, weakest first (manual, table 4.2).
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const IS: u8 = 4;
const COMPARISON: u8 = 5;
const RANGE: u8 = 6;
const OTHER: u8 = 7;
const SUM: u8 = 8;
const PRODUCT: u8 = 9;
const POWER: u8 = 10;
const ZONE: u8 = 11;
const SIGN: u8 = 12;
const CAST: u8 = 13;

/// Words that stand for themselves, without parentheses.
const CONSTANTS: &[&str] = &[
    "true",
    "false",
    "null",
    "current_timestamp",
    "current_date",
    "current_time",
    "current_user",
    "localtimestamp",
    "localtime",
    "session_user",
    "user",
];

/// Words that begin grammar that is not read here.
const STRANGE: &[&str] =
    &["case", "select", "exists", "when", "then", "else", "end", "over", "filter", "collate"];

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn op(&self, text: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Op(op)) if op == text)
    }

    fn word(&self, text: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word == text)
    }

    fn eat_op(&mut self, text: &str) -> bool {
        let found = self.op(text);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, text: &str) -> bool {
        let found = self.word(text);
        self.at += usize::from(found);
        found
    }

    fn expr(&mut self, min: u8) -> Option<Expr> {
        let mut left = self.prefix()?;
        loop {
            left = match self.infix(left, min)? {
                (next, true) => next,
                (done, false) => return Some(done),
            };
        }
    }

    /// One more operator after `left`, if one binds tighter than `min`; says whether there was one.
    fn infix(&mut self, left: Expr, min: u8) -> Option<(Expr, bool)> {
        let Some(token) = self.tokens.get(self.at) else { return Some((left, false)) };
        let power = match token {
            Token::Op(op) => operator_power(op),
            Token::Word(word) => word_power(word),
            Token::Quoted(_) | Token::Text(_) | Token::Number(_) => None,
        };
        let Some(power) = power.filter(|power| *power > min) else { return Some((left, false)) };
        let token = token.clone();
        self.at += 1;
        let res = match token {
            Token::Op(op) if op == "::" => Expr::Cast(Box::new(left), self.type_name()?),
            Token::Op(op) if op == "[" => {
                let index = self.expr(0)?;
                if !self.eat_op("]") {
                    return None;
                }
                Expr::Binary("[]".into(), Box::new(left), Box::new(index))
            }
            Token::Op(op) => self.comparison(left, op, power)?,
            Token::Word(word) => self.word_operator(left, &word, power)?,
            Token::Quoted(_) | Token::Text(_) | Token::Number(_) => return None,
        };
        Some((res, true))
    }

    fn comparison(&mut self, left: Expr, op: String, power: u8) -> Option<Expr> {
        let op = if op == "!=" { "<>".to_string() } else { op };
        for quantifier in ["any", "all", "some"] {
            if self.word(quantifier) {
                self.at += 1;
                let list = self.expr(CAST)?;
                let op = format!("{op} {}", if quantifier == "some" { "any" } else { quantifier });
                return Some(Expr::Binary(op, Box::new(left), Box::new(list)));
            }
        }
        Some(Expr::Binary(op, Box::new(left), Box::new(self.expr(power)?)))
    }

    fn word_operator(&mut self, left: Expr, word: &str, power: u8) -> Option<Expr> {
        match word {
            "and" => Some(Expr::Chain("and", vec![left, self.expr(power)?])),
            "or" => Some(Expr::Chain("or", vec![left, self.expr(power)?])),
            "isnull" => Some(Expr::Is(Box::new(left), "null".into())),
            "notnull" => Some(Expr::Is(Box::new(left), "not null".into())),
            "is" => self.is(left),
            "at" => {
                if !(self.eat_word("time") && self.eat_word("zone")) {
                    return None;
                }
                let zone = self.expr(power)?;
                Some(Expr::Call("timezone".into(), vec![zone, left]))
            }
            "not" => {
                let Some(Token::Word(next)) = self.tokens.get(self.at).cloned() else { return None };
                self.at += 1;
                self.pattern(left, &next, true)
            }
            word => self.pattern(left, word, false),
        }
    }

    fn is(&mut self, left: Expr) -> Option<Expr> {
        let not = if self.eat_word("not") { "not " } else { "" };
        if self.eat_word("distinct") {
            if !self.eat_word("from") {
                return None;
            }
            let right = self.expr(IS)?;
            return Some(Expr::Binary(format!("is {not}distinct from"), Box::new(left), Box::new(right)));
        }
        let Some(Token::Word(what)) = self.tokens.get(self.at).cloned() else { return None };
        self.at += 1;
        Some(Expr::Is(Box::new(left), format!("{not}{what}")))
    }

    /// `IN`, `LIKE`, `ILIKE`, `BETWEEN` and their negations, as the server stores them.
    fn pattern(&mut self, left: Expr, word: &str, not: bool) -> Option<Expr> {
        let binary = |op: &str, a: Expr, b: Expr| Expr::Binary(op.to_string(), Box::new(a), Box::new(b));
        match word {
            "like" => Some(binary(if not { "!~~" } else { "~~" }, left, self.expr(RANGE)?)),
            "ilike" => Some(binary(if not { "!~~*" } else { "~~*" }, left, self.expr(RANGE)?)),
            "between" => {
                let low = self.expr(RANGE)?;
                if !self.eat_word("and") {
                    return None;
                }
                let high = self.expr(RANGE)?;
                Some(if not {
                    Expr::Chain("or", vec![binary("<", left.clone(), low), binary(">", left, high)])
                } else {
                    Expr::Chain("and", vec![binary(">=", left.clone(), low), binary("<=", left, high)])
                })
            }
            "in" => {
                if !self.eat_op("(") {
                    return None;
                }
                let mut items = self.list(")")?;
                Some(match (items.len(), not) {
                    (1, false) => binary("=", left, items.remove(0)),
                    (1, true) => binary("<>", left, items.remove(0)),
                    (_, false) => binary("= any", left, Expr::Array(items)),
                    (_, true) => binary("<> all", left, Expr::Array(items)),
                })
            }
            _ => None,
        }
    }

    fn prefix(&mut self) -> Option<Expr> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Text(text) => Some(Expr::Text(text)),
            Token::Number(number) => Some(Expr::Number(number)),
            Token::Quoted(name) => self.name(name),
            Token::Op(op) if op == "(" => {
                let mut items = self.list(")")?;
                Some(if items.len() == 1 { items.remove(0) } else { Expr::Row(items) })
            }
            Token::Op(op) if op == "+" || op == "-" => Some(Expr::Unary(op, Box::new(self.expr(SIGN)?))),
            Token::Op(_) => None,
            Token::Word(word) if word == "not" => Some(Expr::Unary(word, Box::new(self.expr(NOT)?))),
            Token::Word(word) if word == "array" && self.eat_op("[") => Some(Expr::Array(self.list("]")?)),
            Token::Word(word) if word == "cast" && self.eat_op("(") => {
                let inner = self.expr(0)?;
                if !self.eat_word("as") {
                    return None;
                }
                let ty = self.type_name()?;
                self.eat_op(")").then(|| Expr::Cast(Box::new(inner), ty))
            }
            Token::Word(word) if STRANGE.contains(&word.as_str()) => None,
            Token::Word(word) if CONSTANTS.contains(&word.as_str()) && !self.op("(") => {
                Some(Expr::Word(word))
            }
            Token::Word(word) => self.name(word),
        }
    }

    /// A column, a call, or a typed literal (`interval '1 day'`).
    fn name(&mut self, mut name: String) -> Option<Expr> {
        while self.eat_op(".") {
            let (Token::Word(part) | Token::Quoted(part)) = self.tokens.get(self.at)?.clone() else {
                return None;
            };
            self.at += 1;
            // The namespace does not tell functions and columns apart in a table's own expressions.
            name = part;
        }
        if self.eat_op("(") {
            return Some(Expr::Call(name, self.list(")")?));
        }
        if let Some(Token::Text(text)) = self.tokens.get(self.at).cloned() {
            self.at += 1;
            return Some(Expr::Cast(Box::new(Expr::Text(text)), types::canonical_text(&name)));
        }
        Some(Expr::Name(name))
    }

    fn list(&mut self, end: &str) -> Option<Vec<Expr>> {
        let mut items = Vec::new();
        if self.eat_op(end) {
            return Some(items);
        }
        loop {
            items.push(self.expr(0)?);
            if self.eat_op(end) {
                return Some(items);
            }
            if !self.eat_op(",") {
                return None;
            }
        }
    }

    /// A type's name with its modifier and `[]`, in canonical spelling.
    fn type_name(&mut self) -> Option<String> {
        let mut text = String::new();
        match self.tokens.get(self.at)?.clone() {
            Token::Word(word) => text.push_str(&word),
            Token::Quoted(name) => text.push_str(&crate::names::quoted(&name)),
            Token::Text(_) | Token::Number(_) | Token::Op(_) => return None,
        }
        self.at += 1;
        while let Some(token) = self.tokens.get(self.at).cloned() {
            match token {
                Token::Op(op) if op == "." => {
                    let (Token::Word(part) | Token::Quoted(part)) = self.tokens.get(self.at + 1)?.clone()
                    else {
                        return None;
                    };
                    text = part;
                    self.at += 2;
                }
                Token::Word(word)
                    if ["precision", "varying", "with", "without", "time", "zone"]
                        .contains(&word.as_str()) =>
                {
                    text.push(' ');
                    text.push_str(&word);
                    self.at += 1;
                }
                Token::Op(op) if op == "(" => {
                    self.at += 1;
                    let args: Option<Vec<String>> = self
                        .list(")")?
                        .into_iter()
                        .map(|arg| if let Expr::Number(number) = arg { Some(number) } else { None })
                        .collect();
                    text.push_str(&format!("({})", args?.join(",")));
                }
                Token::Op(op)
                    if op == "["
                        && matches!(self.tokens.get(self.at + 1), Some(Token::Op(c)) if c == "]") =>
                {
                    text.push_str("[]");
                    self.at += 2;
                }
                Token::Word(_) | Token::Quoted(_) | Token::Text(_) | Token::Number(_) | Token::Op(_) => break,
            }
        }
        Some(types::canonical_text(&text))
    }
}

fn operator_power(op: &str) -> Option<u8> {
    match op {
        "::" | "[" => Some(CAST),
        "^" => Some(POWER),
        "*" | "/" | "%" => Some(PRODUCT),
        "+" | "-" => Some(SUM),
        "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" => Some(COMPARISON),
        "(" | ")" | "]" | "," | "." | ":" => None,
        _ => Some(OTHER),
    }
}

fn word_power(word: &str) -> Option<u8> {
    match word {
        "or" => Some(OR),
        "and" => Some(AND),
        "is" | "isnull" | "notnull" => Some(IS),
        "in" | "like" | "ilike" | "between" | "not" => Some(RANGE),
        "at" => Some(ZONE),
        _ => None,
    }
}
