//! Seeds that change no row when they run again.
//!
//! A product's seed binary hands its fixtures to [`run`] and ends with [`finish`]: protected databases are refused,
//! `--check` runs everything twice in a transaction that is rolled back, and `--json` prints one object.
//!
//! ```text
//! let options = glowplug::seed::Options::new(args.json, args.check);
//! let outcome = glowplug::seed::run(&mut connection, &options, |conn, report| {
//!     let rows = [NewTag::new("rust"), NewTag::new("sql")];
//!     let written = glowplug::upsert!(conn, tag, &rows, key(name), set(title))?;
//!     report.add("Tag", rows.len(), written);
//!     Ok(())
//! });
//! glowplug::seed::finish(outcome, &options)
//! ```

mod output;
mod progress;
mod report;
mod run;
mod session;
mod stages;

pub use glowplug_rowdiff::{Difference, Kind};

pub use output::finish;
pub use progress::Progress;
pub use report::{Counts, Report};
pub use run::{Checked, Options, Outcome, SeedError, check, run};

/// Inserts rows, or brings those with the same key to the given values; rows that already have them
/// are not touched. Gives the number of rows that were written.
///
/// ```text
/// let written = glowplug::upsert!(
///     conn, course, &rows,
///     key(slug),                 // a unique key: the natural one, not the id
///     set(title, status),        // what a seed decides
///     touch(updated_at),         // written with the others, but no reason to write
/// )?;
/// ```
///
/// The second argument is a module that `diesel::table!` made. All rows go in one statement, so two
/// of them must not have the same key.
#[macro_export]
macro_rules! upsert {
    (
        $conn:expr, $table:ident, $rows:expr,
        key($($key:ident),+),
        set($first:ident $(, $column:ident)*)
        $(, touch($($touch:ident),+))? $(,)?
    ) => {{
        use $crate::__private::diesel::prelude::*;
        use $crate::__private::diesel::upsert::excluded;
        let statement = $crate::__private::diesel::insert_into($table::table)
            .values($rows)
            .on_conflict(($($table::$key),+))
            .do_update()
            .set((
                $table::$first.eq(excluded($table::$first)),
                $($table::$column.eq(excluded($table::$column)),)*
                $($($table::$touch.eq(excluded($table::$touch)),)+)?
            ));
        let differs = $crate::__private::differs($table::$first, excluded($table::$first))
            $(.or($crate::__private::differs($table::$column, excluded($table::$column))))*;
        // Not a method of the prelude: the prelude's `filter` is that of queries.
        let statement = $crate::__private::diesel::query_dsl::methods::FilterDsl::filter(statement, differs);
        $crate::__private::diesel::RunQueryDsl::execute(statement, $conn)
    }};
}
