//! The enums that checks of columns tell of.

use glowplug_sql::model::{ColumnType, EnumType, EnumVariant, NativeType};

use super::declared::EnumCheck;

/// The enums found so far.
#[derive(Debug, Default)]
pub(super) struct Enums(Vec<EnumType>);

impl Enums {
    /// The type of a column with such a check. Columns that say the same of one name have one enum; one that
    /// says something else has another, whose name differs, so that the difference is seen.
    pub(super) fn column_type(&mut self, check: &EnumCheck) -> ColumnType {
        let mut name = check.enum_name.clone();
        let mut number = 1;
        while let Some(known) = self.0.iter().find(|known| known.name == name) {
            if is_same(known, &check.labels) {
                return of_enum(name);
            }
            number += 1;
            name = format!("{}_{number}", check.enum_name);
        }
        let values = check.labels.iter().map(|label| EnumVariant { name: label.clone() }).collect();
        self.0.push(EnumType { namespace: None, name: name.clone(), values });
        of_enum(name)
    }

    /// All of them, sorted by name.
    pub(super) fn finish(mut self) -> Vec<EnumType> {
        self.0.sort_by(|a, b| a.name.cmp(&b.name));
        self.0
    }
}

fn of_enum(name: String) -> ColumnType {
    ColumnType { native: NativeType::Enum { namespace: None, name }, is_list: false }
}

/// Whether the values are the same, in whatever order.
fn is_same(known: &EnumType, labels: &[String]) -> bool {
    known.values.len() == labels.len() && known.values.iter().all(|value| labels.contains(&value.name))
}
