//! The language's word for a type, if lowering the word gives the type again.

use glowplug_dialect::lift::LiftedType;
use glowplug_psl::schema::NativeType as Written;
use glowplug_sql::model::{ColumnType, NativeType};

use crate::types;

/// The word for a type.
pub(super) fn field_type(native: &NativeType) -> LiftedType {
    if let NativeType::Enum { namespace, name } = native {
        return LiftedType::Enum { namespace: namespace.clone(), name: name.clone() };
    }
    match types::language_type(native) {
        Some((scalar, None)) => LiftedType::Scalar(scalar, None),
        // `bpchar` without a length is not `@db.Char`, which has the length 1.
        Some((scalar, Some(written)))
            if can_be_written(&written) && types::written_type(&written) == *native =>
        {
            LiftedType::Scalar(scalar, Some(written))
        }
        Some((_, Some(_))) | None => LiftedType::Unsupported(unsupported(native)),
    }
}

/// Arguments that the language takes: since PostgreSQL 15, a scale may be negative or above the precision.
fn can_be_written(written: &Written) -> bool {
    let numbers: Option<Vec<u32>> = written.args.iter().map(|arg| arg.parse().ok()).collect();
    match (written.name.as_str(), numbers.as_deref()) {
        (_, None) => false,
        ("Decimal", Some([precision, scale])) => scale <= precision,
        _ => true,
    }
}

/// The text inside `Unsupported("...")`: read again, it is the type.
fn unsupported(native: &NativeType) -> String {
    let sql = types::type_sql(&ColumnType { native: native.clone(), is_list: false });
    match native {
        NativeType::Named { .. } => sql.to_lowercase(),
        NativeType::Enum { .. } | NativeType::Unsupported(_) => sql,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::parse_type;
    use glowplug_psl::schema::Scalar;

    #[test]
    fn types_become_words() {
        let word = |text: &str| field_type(&parse_type(text).native);
        let native = |scalar, name: &str, args: &[&str]| {
            let args = args.iter().map(|arg| (*arg).to_owned()).collect();
            LiftedType::Scalar(scalar, Some(Written { name: name.to_owned(), args }))
        };
        assert_eq!(word("text"), LiftedType::Scalar(Scalar::String, None));
        assert_eq!(word("timestamp(3) without time zone"), LiftedType::Scalar(Scalar::DateTime, None));
        assert_eq!(word("timestamp without time zone"), native(Scalar::DateTime, "Timestamp", &[]));
        assert_eq!(word("character varying(20)"), native(Scalar::String, "VarChar", &["20"]));
        assert_eq!(word("numeric(10,2)"), native(Scalar::Decimal, "Decimal", &["10", "2"]));
        assert_eq!(word("numeric(65,30)"), LiftedType::Scalar(Scalar::Decimal, None));
        assert_eq!(word("smallint"), native(Scalar::Int, "SmallInt", &[]));
        for (text, kept) in [
            ("bpchar", "bpchar"),
            ("\"bit\"", "\"bit\""),
            ("numeric(3,-2)", "decimal(3,-2)"),
            ("interval", "interval"),
            ("\"My Type\"", "\"My Type\""),
        ] {
            assert_eq!(word(text), LiftedType::Unsupported(kept.to_owned()), "{text}");
            assert_eq!(parse_type(kept).native, parse_type(text).native, "{text}");
        }
    }
}
