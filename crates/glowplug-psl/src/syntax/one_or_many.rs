//! A list that nearly always holds one item, and takes no memory of its own for it.

use std::ops::Deref;

/// Items in order; read it as a slice.
#[derive(Debug, Clone)]
pub enum OneOrMany<T> {
    /// None or one.
    One(Option<T>),
    /// Several.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        match self {
            OneOrMany::One(None) => *self = OneOrMany::One(Some(item)),
            OneOrMany::One(first) => {
                *self = OneOrMany::Many(first.take().into_iter().chain([item]).collect())
            }
            OneOrMany::Many(items) => items.push(item),
        }
    }
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany::One(None)
    }
}

impl<T> Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            OneOrMany::One(item) => item.as_slice(),
            OneOrMany::Many(items) => items,
        }
    }
}

impl<'i, T> IntoIterator for &'i OneOrMany<T> {
    type Item = &'i T;
    type IntoIter = std::slice::Iter<'i, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
