//! Kinds of foreign objects: what the server does to them when what they use changes.
//!
//! Sources: PostgreSQL manual, 5.15 Dependency Tracking and `ALTER TABLE`; `tablecmds.c`
//! (`RememberAllDependentForRebuilding`).

use glowplug_sql::model::ForeignObject;

/// A kind of foreign objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Aggregate,
    Check,
    Collation,
    CompositeType,
    Domain,
    /// An enum type without values, which the schema language cannot say.
    EmptyEnum,
    Exclusion,
    ForeignTable,
    Function,
    /// An index of a materialised view.
    Index,
    Inheritance,
    MaterializedView,
    Partition,
    PartitionKey,
    Policy,
    Procedure,
    RangeType,
    RowLevelSecurity,
    Rule,
    Sequence,
    Statistics,
    Trigger,
    View,
}

/// What the server does when the type of a column changes that an object uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnRetype {
    /// It refuses.
    Refuses,
    /// It makes the object anew from its text, which may not fit values of an unlike type.
    Rebuilds,
    /// It does not mind, or the object has no say in the matter.
    Follows,
    /// It refuses, and the object cannot be taken away for a while.
    Never,
}

impl Kind {
    /// The kind of an object; `None` for a word that is not known here.
    pub(crate) fn of(object: &ForeignObject) -> Option<Self> {
        Some(match object.kind.as_str() {
            "aggregate" => Self::Aggregate,
            "check" => Self::Check,
            "collation" => Self::Collation,
            "composite type" => Self::CompositeType,
            "domain" => Self::Domain,
            "enum without values" => Self::EmptyEnum,
            "exclusion constraint" => Self::Exclusion,
            "foreign table" => Self::ForeignTable,
            "function" => Self::Function,
            "index" => Self::Index,
            "inheritance" => Self::Inheritance,
            "materialized view" => Self::MaterializedView,
            "partition" => Self::Partition,
            "partition key" => Self::PartitionKey,
            "policy" => Self::Policy,
            "procedure" => Self::Procedure,
            "range type" => Self::RangeType,
            "row level security" => Self::RowLevelSecurity,
            "rule" => Self::Rule,
            "sequence" => Self::Sequence,
            "statistics" => Self::Statistics,
            "trigger" => Self::Trigger,
            "view" => Self::View,
            _ => return None,
        })
    }

    /// What happens when a column's type changes.
    pub(crate) fn on_retype(self) -> OnRetype {
        match self {
            Self::View
            | Self::MaterializedView
            | Self::Rule
            | Self::Trigger
            | Self::Policy
            | Self::Function
            | Self::Procedure
            | Self::Aggregate => OnRetype::Refuses,
            Self::Check | Self::Exclusion => OnRetype::Rebuilds,
            Self::PartitionKey => OnRetype::Never,
            Self::Collation
            | Self::CompositeType
            | Self::Domain
            | Self::EmptyEnum
            | Self::ForeignTable
            | Self::Index
            | Self::Inheritance
            | Self::Partition
            | Self::RangeType
            | Self::RowLevelSecurity
            | Self::Sequence
            | Self::Statistics => OnRetype::Follows,
        }
    }

    /// Whether it is dropped in silence with a column that it uses.
    pub(crate) fn goes_with_column(self) -> bool {
        matches!(self, Self::Check | Self::Exclusion | Self::Statistics | Self::Collation)
    }

    /// Whether columns can be of it.
    pub(crate) fn is_type(self) -> bool {
        matches!(self, Self::Domain | Self::CompositeType | Self::RangeType | Self::EmptyEnum)
    }

    /// Whether it is called by a name with arguments.
    pub(crate) fn is_routine(self) -> bool {
        matches!(self, Self::Function | Self::Procedure | Self::Aggregate)
    }
}
