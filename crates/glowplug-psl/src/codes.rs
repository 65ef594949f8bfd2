//! Every code of the language in one table; codes are permanent.
//!
//! A code that is no longer used stays in the table and is never given to something else.

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `GP1xxx`
    pub id: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $id:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code { id: $id, title: $title };
        )*

        /// All codes, in order.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // Syntax
    SYNTAX = "GP1001", "the text cannot be understood";
    UNCLOSED_BLOCK = "GP1002", "a block is never closed";
    UNKNOWN_BLOCK = "GP1003", "a line starts no block";
    BAD_ESCAPE = "GP1004", "an unknown escape in a string";
    HINT_SYNTAX = "GP1005", "a hint in a doc comment cannot be read";
    UNKNOWN_HINT = "GP1006", "a hint that does not exist";
    IDLE_RENAME = "GP1007", "a rename hint that says nothing";
    HINT_VALUE = "GP1008", "an argument of a hint that means nothing";
    // Names
    DUPLICATE_NAME = "GP1101", "a name is defined twice";
    RESERVED_NAME = "GP1102", "a name is reserved";
    BAD_NAME = "GP1103", "a name has a character that it cannot have";
    EMPTY_NAME = "GP1104", "a name is empty";
    DUPLICATE_DB_NAME = "GP1105", "two things have one name in the database";
    NAME_TOO_LONG = "GP1106", "a name is longer than the database allows";
    EMPTY_ENUM = "GP1107", "an enum without values";
    // Datasource and generators
    DUPLICATE_DATASOURCE = "GP1201", "a second datasource";
    MISSING_DATASOURCE = "GP1202", "no datasource";
    MISSING_PROVIDER = "GP1203", "no provider";
    UNKNOWN_PROVIDER = "GP1204", "a provider that is not supported";
    UNKNOWN_PROPERTY = "GP1205", "a property that does not exist";
    UNSUPPORTED_PROPERTY = "GP1206", "a property that the provider does not have";
    BAD_URL = "GP1207", "a connection string that cannot be right";
    DUPLICATE_SCHEMA = "GP1208", "a schema is listed twice";
    UNKNOWN_SCHEMA = "GP1209", "a schema that the datasource does not list";
    MISSING_SCHEMA = "GP1210", "no schema where the datasource lists some";
    PREVIEW_FEATURE = "GP1211", "a preview feature";
    EXTENSION = "GP1212", "a database extension";
    // Attributes and values
    UNKNOWN_ATTRIBUTE = "GP1301", "an attribute that does not exist";
    DUPLICATE_ATTRIBUTE = "GP1302", "an attribute is given twice";
    UNKNOWN_ARGUMENT = "GP1303", "an argument that does not exist";
    DUPLICATE_ARGUMENT = "GP1304", "an argument is given twice";
    MISSING_ARGUMENT = "GP1305", "an argument is missing";
    WRONG_VALUE = "GP1306", "a value of the wrong kind";
    ATTRIBUTE_PLACE = "GP1307", "an attribute where it cannot stand";
    // Fields and types
    UNKNOWN_TYPE = "GP1401", "a type that does not exist";
    MISSING_TYPE = "GP1402", "a field without a type";
    TYPE_SUFFIX = "GP1403", "a type written in a way the language does not have";
    UNSUPPORTED_TYPE = "GP1404", "a type that the provider does not have";
    UNKNOWN_NATIVE_TYPE = "GP1405", "a native type that does not exist";
    NATIVE_TYPE_MISMATCH = "GP1406", "a native type that does not fit the field's type";
    NATIVE_TYPE_ARGUMENTS = "GP1407", "wrong arguments of a native type";
    COMPOSITE_TYPE = "GP1408", "a composite type";
    // Defaults
    DEFAULT_VALUE = "GP1501", "a default that does not fit the field";
    UNKNOWN_FUNCTION = "GP1502", "a function that does not exist";
    FUNCTION_ARGUMENTS = "GP1503", "wrong arguments of a function";
    DEFAULT_MAP = "GP1504", "a named default";
    AUTOINCREMENT = "GP1505", "an autoincrement where it cannot be";
    // Keys and indexes
    NO_UNIQUE_CRITERIA = "GP1601", "a model without a key";
    SECOND_PRIMARY_KEY = "GP1602", "a second primary key";
    UNKNOWN_FIELD = "GP1603", "a field that does not exist";
    RELATION_FIELD_IN_KEY = "GP1604", "a relation field where a column is wanted";
    DUPLICATE_FIELD = "GP1605", "a field stands twice in a key or index";
    OPTIONAL_KEY = "GP1606", "an optional field in a primary key";
    INDEX_TYPE = "GP1607", "a type of index that cannot be used";
    INDEX_OPTION = "GP1608", "an option that an index cannot have";
    OPERATOR_CLASS = "GP1609", "an operator class that does not fit";
    PREDICATE = "GP1610", "a condition of a partial index";
    KEY_TYPE = "GP1611", "a field whose type cannot be in a key or index";
    CONSTRAINT_NAME = "GP1612", "two constraints have one name";
    CLIENT_NAME = "GP1613", "two keys have one name in the client";
    // Relations
    MISSING_OPPOSITE = "GP1701", "a relation field without its other side";
    AMBIGUOUS_RELATION = "GP1702", "relation fields that cannot be told apart";
    RELATION_NO_FIELDS = "GP1703", "a relation without columns";
    RELATION_BOTH_SIDES = "GP1704", "a relation with columns on both sides";
    RELATION_WRONG_SIDE = "GP1705", "an argument on the wrong side of a relation";
    MANY_TO_MANY = "GP1706", "a many-to-many relation";
    UNKNOWN_ACTION = "GP1707", "a referential action that does not exist";
    REFERENTIAL_ACTION = "GP1708", "a referential action that cannot work";
    REFERENCES_NOT_UNIQUE = "GP1709", "a relation to fields that are not unique";
    RELATION_TYPES = "GP1710", "columns of a relation with different types";
    RELATION_ARITY = "GP1711", "a relation field that is required or optional unlike its columns";
    ONE_TO_ONE_NOT_UNIQUE = "GP1712", "a 1-1 relation whose columns are not unique";
    RELATION_COUNT = "GP1713", "different numbers of columns on the sides of a relation";
    REFERENTIAL_CYCLE = "GP1714", "referential actions that form a cycle";
    IGNORED_RELATION = "GP1715", "a relation to something ignored";
    // Views
    VIEW = "GP1801", "something that a view cannot have";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(ALL.iter().all(|code| code.id.len() == 6 && code.id.starts_with("GP1")));
    }
}
