//! Which of squawk's rules speak, and why: one verdict a rule. The book's page says the same with what to do.

use glowplug_dialect::finding::Level;
use glowplug_dialect::lint;
use squawk_linter::Rule;

use super::parents;

/// What squawk's parser cannot read.
pub(super) const SYNTAX_ERROR: &str = "squawk/syntax-error";

/// What we think of a rule.
enum Verdict {
    /// It speaks, at this level.
    On(Level),
    /// It speaks of readers or writers that wait: not where the file itself makes the table.
    Waits,
    /// It says what a check of ours says, under this code.
    Ours(&'static str),
    /// It speaks only when the settings ask for it.
    Off,
}

/// Every rule, squawk's and ours.
pub(super) fn rules() -> Vec<lint::Rule> {
    let own = |code: &str, level| lint::Rule { code: code.to_owned(), alias: None, level, is_on: true };
    let mut rules = vec![own(parents::LOCKS_PARENT, Level::Notice), own(SYNTAX_ERROR, Level::Warning)];
    rules.extend(enum_iterator::all::<Rule>().map(|rule| {
        let alias = format!("squawk/{rule}");
        match verdict(rule) {
            Verdict::On(level) => lint::Rule { code: alias, alias: None, level, is_on: true },
            Verdict::Waits => lint::Rule { code: alias, alias: None, level: Level::Warning, is_on: true },
            Verdict::Off => lint::Rule { code: alias, alias: None, level: Level::Warning, is_on: false },
            Verdict::Ours(code) => {
                lint::Rule { code: code.to_owned(), alias: Some(alias), level: Level::Warning, is_on: true }
            }
        }
    }));
    rules
}

/// The code of a rule's findings.
pub(super) fn code(rule: Rule) -> String {
    match verdict(rule) {
        Verdict::Ours(code) => code.to_owned(),
        Verdict::On(_) | Verdict::Waits | Verdict::Off => format!("squawk/{rule}"),
    }
}

/// Whether a table without rows is nothing to it.
pub(super) fn is_about_rows(rule: Rule) -> bool {
    match verdict(rule) {
        Verdict::Waits => true,
        Verdict::Ours(_) => rule == Rule::AddingRequiredField,
        Verdict::On(_) | Verdict::Off => false,
    }
}

/// What a rule says, where its own words do not fit this tool: message and hint.
pub(super) fn words(rule: Rule) -> Option<(&'static str, &'static str)> {
    Some(match rule {
        Rule::BanDropTable => (
            "a table is dropped with all its rows, and programs that read it break",
            "first deploy code that no longer reads it",
        ),
        Rule::BanDropColumn => (
            "a column is dropped with all its values, and programs that read it break",
            "first deploy code that no longer reads it",
        ),
        Rule::AddingRequiredField => (
            "a required column without a default cannot be added to a table with rows",
            "add it with a default, or without NOT NULL: fill it, then SET NOT NULL",
        ),
        Rule::RequireConcurrentIndexCreation => (
            "writes to the table wait while the index is built",
            "CREATE INDEX CONCURRENTLY, with run_in_transaction = false in metadata.toml",
        ),
        Rule::RequireConcurrentIndexDeletion => (
            "reads and writes of the table wait until the transaction ends",
            "DROP INDEX CONCURRENTLY, with run_in_transaction = false in metadata.toml",
        ),
        Rule::BanConcurrentIndexCreationInTransaction => (
            "this cannot be in a transaction: this tool takes it out of it, `diesel migration run` refuses it",
            "run_in_transaction = false in metadata.toml",
        ),
        Rule::AddingForeignKeyConstraint => (
            "writes to both tables wait while every row is checked",
            "ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own",
        ),
        Rule::DisallowedUniqueConstraint => (
            "reads and writes of the table wait while the index of the constraint is built",
            "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... UNIQUE USING INDEX",
        ),
        Rule::AddingSerialPrimaryKeyField => (
            "reads and writes of the table wait while the index of the primary key is built",
            "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX",
        ),
        Rule::AddingNotNullableField => (
            "reads and writes of the table wait while every row is checked",
            "ADD CONSTRAINT ... CHECK (... IS NOT NULL) NOT VALID, VALIDATE it in a transaction of its own, then SET NOT NULL",
        ),
        Rule::AddingFieldWithDefault => (
            "reads and writes of the table wait while every row is written anew with its own value",
            "add the column without it, SET DEFAULT, then fill the old rows in batches",
        ),
        Rule::ChangingColumnType => (
            "reads and writes of the table may wait while every row is written anew, and programs that read the column may break",
            "add a column beside it, copy in batches, and drop the old one later",
        ),
        Rule::BanTruncateCascade => (
            "this empties every table that refers to it, too, and those that refer to them",
            "name the tables, without CASCADE",
        ),
        Rule::RenamingColumn | Rule::RenamingTable => (
            "programs that still use the old name break",
            "deploy code that knows both names first, or add the new one beside it and drop the old one later",
        ),
        _ => return None,
    })
}

/// A new version of squawk does not compile until someone has decided upon its new rules.
fn verdict(rule: Rule) -> Verdict {
    const WARNING: Verdict = Verdict::On(Level::Warning);
    const NOTICE: Verdict = Verdict::On(Level::Notice);
    match rule {
        Rule::BanDropTable => Verdict::Ours("GP2101"),
        Rule::BanDropColumn => Verdict::Ours("GP2102"),
        Rule::AddingRequiredField => Verdict::Ours("GP2103"),

        // Readers or writers wait while a whole table is read, written anew or indexed.
        Rule::RequireConcurrentIndexCreation
        | Rule::RequireConcurrentIndexDeletion
        | Rule::RequireConcurrentPartitionDetach
        | Rule::RequireConcurrentReindex
        | Rule::ConstraintMissingNotValid
        | Rule::AddingFieldWithDefault
        | Rule::AddingForeignKeyConstraint
        | Rule::AddingNotNullableField
        | Rule::AddingSerialPrimaryKeyField
        | Rule::ChangingColumnType
        | Rule::DisallowedUniqueConstraint
        | Rule::BanCreateDomainWithConstraint
        | Rule::BanAlterDomainWithAddConstraint => Verdict::Waits,

        // The program that still runs while this is deployed breaks.
        Rule::RenamingColumn
        | Rule::RenamingTable
        | Rule::BanDropView
        | Rule::BanDropFunction
        | Rule::BanDropSchema
        | Rule::BanDropSequence
        | Rule::BanDropExtension
        | Rule::BanSetSchema => WARNING,

        // It fails, applies nothing, or does more than it says.
        Rule::BanDropDatabase
        | Rule::BanTruncateCascade
        | Rule::BanUncommittedTransaction
        | Rule::BanDuplicateColumnAssignments
        | Rule::TransactionNesting
        | Rule::IdentifierTooLong => WARNING,

        // This runner manages; plain Diesel would not.
        Rule::BanConcurrentIndexCreationInTransaction => NOTICE,

        // A promise of the schema changes. That is what a migration is for; it is worth a look.
        Rule::BanDropNotNull
        | Rule::BanDropDefault
        | Rule::BanDropConstraint
        | Rule::BanDropGeneratedExpression
        | Rule::BanAlterIdentity
        | Rule::RenamingObject => NOTICE,

        // The schema file decides which types there are; the place to differ with it is there.
        Rule::PreferBigintOverInt
        | Rule::PreferBigintOverSmallint
        | Rule::PreferIdentity
        | Rule::PreferTextField
        | Rule::PreferTimestampTz
        | Rule::BanCharField
        | Rule::RequireEnumValueOrdering => Verdict::Off,

        // The runner does it: it sets the time-outs and the search path, and a migration is in one transaction, or
        // its journal knows where it stopped, so that no statement needs an IF NOT EXISTS.
        Rule::RequireTimeoutSettings
        | Rule::RequireLockTimeout
        | Rule::RequireStatementTimeout
        | Rule::RequireTableSchema
        | Rule::PreferRobustStmts => Verdict::Off,

        // The server itself refuses to drop a type that a column has, unless it is told to CASCADE.
        Rule::BanDropType | Rule::BanDropDomain => Verdict::Off,

        // Needs a server that is not out yet (19); comments that allow nothing are found by ourselves.
        Rule::PreferRepack | Rule::UnusedIgnore => Verdict::Off,

        // Whether the old program could go on with the new database: off in squawk as well, because nearly every
        // migration does one of these.
        Rule::BanDropTrigger
        | Rule::BanAlterGeneratedExpression
        | Rule::BanDropIndex
        | Rule::BanSetDefault
        | Rule::BanDisableTrigger
        | Rule::BanReplicaIdentity
        | Rule::BanDropPolicy
        | Rule::BanRevoke
        | Rule::BanReplaceViewFunction
        | Rule::BanAlterPolicyCondition
        | Rule::BanAlterPolicyRoles
        | Rule::BanCreatePolicy
        | Rule::BanAlterFunctionOptions
        | Rule::BanAlterViewOptions
        | Rule::BanAlterRoleOptions
        | Rule::BanAlterDatabaseOptions
        | Rule::BanAlterRowLevelSecurity
        | Rule::BanNewWriteRestriction
        | Rule::BanAddEnumValue
        | Rule::BanAddCompositeAttribute
        | Rule::BanAddColumn
        | Rule::BanDetachInheritance
        | Rule::BanAlterSequenceValues
        | Rule::BanAlterSystemOptions
        | Rule::BanAlterExtension => Verdict::Off,
    }
}
