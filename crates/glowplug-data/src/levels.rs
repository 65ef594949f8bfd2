//! The order of rows: one that is referred to comes first, whatever file it stands in.

use glowplug_psl::diagnostics::Span;

use crate::set::DataSet;

/// Gives every row its level: 0 needs no other row, 1 needs rows of level 0, and so on. Where rows refer to each
/// other in a circle, one of them waits for the others with a foreign key that may be empty.
///
/// # Errors
/// A circle without such a key: where the first of its rows stands, and a sentence.
pub(crate) fn assign(set: &mut DataSet) -> Result<(), (Span, String)> {
    let mut levels: Vec<Option<usize>> = vec![None; set.rows.len()];
    loop {
        while climb(set, &mut levels) {}
        let Some(stuck) = levels.iter().position(Option::is_none) else { break };
        let mut left = (stuck..levels.len()).filter(|row| levels[*row].is_none());
        if !left.any(|row| open(set, row, &levels)) {
            let message = format!(
                "row {} refers to itself, or does so over other rows: none of them can be first",
                set.label(&set.rows[stuck])
            );
            return Err((set.rows[stuck].span, message));
        }
    }
    for (row, level) in set.rows.iter_mut().zip(levels) {
        row.level = level.unwrap_or(0);
    }
    Ok(())
}

/// Gives levels to rows that need no row without one. Whether there was any.
fn climb(set: &DataSet, levels: &mut [Option<usize>]) -> bool {
    let mut progress = false;
    for row in 0..levels.len() {
        if levels[row].is_some() {
            continue;
        }
        let below: Option<Vec<usize>> =
            needs(set, row).map(|(_, other)| levels[other].map(|level| level + 1)).collect();
        if let Some(below) = below {
            levels[row] = Some(below.into_iter().max().unwrap_or(0));
            progress = true;
        }
    }
    progress
}

/// Declared rows that must be there before a row, by their places among its references.
fn needs(set: &DataSet, row: usize) -> impl Iterator<Item = (usize, usize)> {
    let row = &set.rows[row];
    let waits = move |at: usize| {
        let key = row.optional.iter().find(|it| it.references.contains(&at));
        key.is_some_and(|it| it.columns.iter().all(|column| row.later.contains(column)))
    };
    let needed = row.references.iter().enumerate().filter(move |(at, _)| !waits(*at));
    needed.filter_map(|(at, reference)| Some((at, set.references[*reference].row?)))
}

/// Lets a key of the row that may be empty wait, if it refers to a row without a level. Whether there was one.
fn open(set: &mut DataSet, row: usize, levels: &[Option<usize>]) -> bool {
    let blocking: Vec<usize> =
        needs(set, row).filter(|(_, other)| levels[*other].is_none()).map(|(at, _)| at).collect();
    let row = &mut set.rows[row];
    let found = row.optional.iter().find(|key| blocking.iter().any(|at| key.references.contains(at)));
    let columns = found.map(|it| it.columns.clone());
    row.later.extend(columns.iter().flatten());
    columns.is_some()
}
