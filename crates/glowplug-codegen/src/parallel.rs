//! Text made in parts, on every core there is: whatever the number of cores, the same bytes.

use std::panic::resume_unwind;
use std::thread;

/// Fewer parts than this are made faster than a thread is started.
const WORTH_A_THREAD: usize = 64;

/// The texts of parts `0..count`, one after the other.
pub(crate) fn concat(count: usize, part: impl Fn(usize) -> String + Sync) -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = cores.min(count / WORTH_A_THREAD).max(1);
    let run = |from: usize, to: usize| (from..to).map(&part).collect::<String>();
    let bounds = |worker: usize| (count * worker / workers, count * (worker + 1) / workers);
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers)
            .map(|worker| {
                let (from, to) = bounds(worker);
                scope.spawn(move || run(from, to))
            })
            .collect();
        let (from, to) = bounds(0);
        let mut res = run(from, to);
        for other in others {
            res.push_str(&other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        res
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
    use super::concat;

    #[test]
    fn parts_stand_in_their_order_however_many_there_are() {
        for count in [0, 1, WORTH - 1, WORTH, 10 * WORTH + 1] {
            let expected: String = (0..count).map(|part| format!("{part}\n")).collect();
            assert_eq!(concat(count, |part| format!("{part}\n")), expected);
        }
    }

    const WORTH: usize = super::WORTH_A_THREAD;
}
