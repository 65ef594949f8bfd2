//! Operator classes of indexes: the language's words, the server's names, and which are the default.

use glowplug_psl::schema::OperatorClass;
use glowplug_sql::model::{ColumnType, NativeType};

/// The server's name for what stands after `ops:`. `JsonbPathOps` is `jsonb_path_ops`,
/// `TimestampTzMinMaxMultiOps` is `timestamptz_minmax_multi_ops`.
pub fn class_name(class: &OperatorClass) -> String {
    match class {
        OperatorClass::Raw(name) => name.trim().to_string(),
        OperatorClass::Named(word) => {
            let stem = word.strip_suffix("Ops").unwrap_or(word);
            let kinds = [
                ("MinMaxMulti", "_minmax_multi"),
                ("MinMax", "_minmax"),
                ("Bloom", "_bloom"),
                ("Inclusion", "_inclusion"),
                ("Path", "_path"),
            ];
            for (kind, name) in kinds {
                if let Some(ty) = stem.strip_suffix(kind) {
                    return format!("{}{name}_ops", ty.to_lowercase());
                }
            }
            format!("{}_ops", stem.to_lowercase())
        }
    }
}

/// Whether the server takes this class by itself for the method and type, so that it need not be
/// said. Source: `pg_opclass` of PostgreSQL 13 to 18.
pub fn is_default(method: &str, class: &str, ty: &ColumnType) -> bool {
    let element = match &ty.native {
        NativeType::Named { name, .. } => name.as_str(),
        NativeType::Enum { .. } => "enum",
        NativeType::Unsupported(name) => name.as_str(),
    };
    match method {
        "gin" => class == "array_ops" && ty.is_list || class == "jsonb_ops" || class == "tsvector_ops",
        "brin" => match element {
            "inet" | "cidr" => class == "inet_inclusion_ops",
            _ => class == format!("{}_minmax_ops", opclass_stem(element)),
        },
        // No built-in class is the default one for `inet` under GiST.
        "gist" => !matches!(element, "inet" | "cidr") && class == format!("{element}_ops"),
        "spgist" => class == format!("{}_ops", opclass_stem(element)),
        _ => ty.is_list && class == "array_ops" || class == format!("{}_ops", opclass_stem(element)),
    }
}

/// `varchar` is served by the classes of `text`, `cidr` by those of `inet`.
fn opclass_stem(element: &str) -> &str {
    match element {
        "varchar" => "text",
        "cidr" => "inet",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::parse_type;

    #[test]
    fn words_become_the_names_of_the_server() {
        for (word, name) in [
            ("JsonbPathOps", "jsonb_path_ops"),
            ("JsonbOps", "jsonb_ops"),
            ("ArrayOps", "array_ops"),
            ("InetOps", "inet_ops"),
            ("VarBitMinMaxOps", "varbit_minmax_ops"),
            ("TimestampTzMinMaxMultiOps", "timestamptz_minmax_multi_ops"),
            ("InetInclusionOps", "inet_inclusion_ops"),
            ("Int4BloomOps", "int4_bloom_ops"),
        ] {
            assert_eq!(class_name(&OperatorClass::Named(word.into())), name);
        }
        assert_eq!(class_name(&OperatorClass::Raw("gin_trgm_ops".into())), "gin_trgm_ops");
    }

    #[test]
    fn default_classes_need_not_be_said() {
        let is = |method, class, ty| is_default(method, class, &parse_type(ty));
        assert!(is("gin", "jsonb_ops", "jsonb") && is("gin", "array_ops", "text[]"));
        assert!(!is("gin", "jsonb_path_ops", "jsonb") && !is("gin", "gin_trgm_ops", "text"));
        assert!(is("brin", "inet_inclusion_ops", "inet") && !is("brin", "inet_minmax_ops", "inet"));
        assert!(is("brin", "text_minmax_ops", "varchar(3)") && !is("brin", "int4_bloom_ops", "int4"));
        assert!(is("spgist", "inet_ops", "inet") && !is("gist", "inet_ops", "inet"));
        assert!(is("btree", "text_ops", "text") && !is("btree", "text_pattern_ops", "text"));
    }
}
