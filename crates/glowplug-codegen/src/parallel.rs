//! Work in parts, on every core there is: whatever the number of cores, the same result.

use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

/// Fewer parts than this are made faster than a thread is started.
const WORTH_A_THREAD: usize = 64;

/// Appends parts `0..count`, one after the other; `part` appends one.
pub(crate) fn append(out: &mut String, count: usize, part: impl Fn(&mut String, usize) + Sync) {
    let texts = split(
        count,
        |parts| stretch(out, parts, &part),
        |parts| {
            let mut res = String::new();
            stretch(&mut res, parts, &part);
            res
        },
    );
    out.extend(texts);
}

/// Appends some parts. What the first one takes tells how much room all of them need.
fn stretch(out: &mut String, mut parts: Range<usize>, part: impl Fn(&mut String, usize)) {
    let start = out.len();
    if let Some(first) = parts.next() {
        part(out, first);
        out.reserve((out.len() - start) * parts.len() * 5 / 4);
    }
    parts.for_each(|it| part(out, it));
}

/// The results for `0..count`, in that order.
pub(crate) fn map<T: Send>(count: usize, part: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut res = Vec::with_capacity(count);
    let others =
        split(count, |parts| res.extend(parts.map(&part)), |parts| parts.map(&part).collect::<Vec<T>>());
    others.into_iter().for_each(|it| res.extend(it));
    res
}

/// `0..count` in as many stretches as there are cores: the first one for `first`, on this thread, and each of
/// the others on a thread of its own.
fn split<T: Send>(
    count: usize,
    first: impl FnOnce(Range<usize>),
    other: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.min(count / WORTH_A_THREAD).max(1);
    let stretch = |worker: usize| count * worker / workers..count * (worker + 1) / workers;
    let other = &other;
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|worker| scope.spawn(move || other(stretch(worker)))).collect();
        first(stretch(0));
        others.into_iter().map(|it| it.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// Both results, of which the second is made on a thread of its own.
pub(crate) fn both<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        (first, second.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::{WORTH_A_THREAD, append, map};

    #[test]
    fn parts_stand_in_their_order_however_many_there_are() {
        for count in [0, 1, WORTH_A_THREAD - 1, WORTH_A_THREAD, 10 * WORTH_A_THREAD + 1] {
            let expected: Vec<String> = (0..count).map(|part| format!("{part}\n")).collect();
            assert_eq!(map(count, |part| format!("{part}\n")), expected);
            let mut text = String::new();
            append(&mut text, count, |out, part| out.push_str(&expected[part]));
            assert_eq!(text, expected.concat());
        }
    }
}
