//! The order of rows: one that is referred to comes first, whatever file it stands in.

use glowplug_psl::diagnostics::Span;

use crate::set::DataSet;

/// Gives every row its level: 0 needs no other row, 1 needs rows of level 0, and so on.
///
/// # Errors
/// Rows that refer to each other in a circle: where the first of them stands, and a sentence.
pub(crate) fn assign(set: &mut DataSet) -> Result<(), (Span, String)> {
    let needs: Vec<Vec<usize>> = set
        .rows
        .iter()
        .map(|row| row.references.iter().filter_map(|it| set.references[*it].row).collect())
        .collect();
    let mut levels: Vec<Option<usize>> = vec![None; needs.len()];
    loop {
        let mut progress = false;
        for row in 0..needs.len() {
            if levels[row].is_some() {
                continue;
            }
            let below: Option<Vec<usize>> =
                needs[row].iter().map(|it| levels[*it].map(|level| level + 1)).collect();
            if let Some(below) = below {
                levels[row] = Some(below.into_iter().max().unwrap_or(0));
                progress = true;
            }
        }
        if !progress {
            break;
        }
    }
    if let Some(row) = levels.iter().position(Option::is_none) {
        let message = format!(
            "row {} refers to itself, or does so over other rows: none of them can be first",
            set.label(&set.rows[row])
        );
        return Err((set.rows[row].span, message));
    }
    for (row, level) in set.rows.iter_mut().zip(levels) {
        row.level = level.unwrap_or(0);
    }
    Ok(())
}
