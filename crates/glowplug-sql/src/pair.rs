//! Two of a kind: what was, and what is to be.

/// A value on each side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair<T> {
    /// Before.
    pub prev: T,
    /// After.
    pub next: T,
}

impl<T> Pair<T> {
    /// A pair of the two.
    pub fn new(prev: T, next: T) -> Self {
        Self { prev, next }
    }

    /// The same pair with the sides changed over.
    pub fn flip(self) -> Self {
        Self { prev: self.next, next: self.prev }
    }

    /// Both sides passed through `f`.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Pair<U> {
        Pair { prev: f(self.prev), next: f(self.next) }
    }

    /// Borrows both sides.
    pub fn as_ref(&self) -> Pair<&T> {
        Pair { prev: &self.prev, next: &self.next }
    }
}

impl<T, E> Pair<Result<T, E>> {
    /// Both values, or the first error.
    ///
    /// # Errors
    /// That of the previous side, else that of the next.
    pub fn both(self) -> Result<Pair<T>, E> {
        Ok(Pair { prev: self.prev?, next: self.next? })
    }
}
