//! The arguments of an attribute or function, taken by name; what nobody took is reported.

use crate::codes;
use crate::nearest::did_you_mean;
use crate::sink::Sink;
use crate::syntax::{Argument, Arguments, Attribute, Expression};

/// The arguments of one attribute or function.
///
/// There is one of these for every attribute of a schema, so it holds nothing on the heap.
pub(super) struct Args<'n, 'a> {
    /// For messages: `@relation`, `nanoid()`.
    label: &'n str,
    items: &'n [Argument<'a>],
    /// One bit an argument.
    taken: u64,
    known: [&'static str; MAX_KNOWN],
    known_count: usize,
}

/// No attribute has more arguments than this.
const MAX_KNOWN: usize = 8;

impl<'n, 'a> Args<'n, 'a> {
    /// The arguments of an attribute; `label` is the attribute as written.
    pub(super) fn of(attribute: &'n Attribute<'a>, label: &'n str) -> Args<'n, 'a> {
        Args::new(attribute.arguments.as_ref(), label)
    }

    pub(super) fn new(arguments: Option<&'n Arguments<'a>>, label: &'n str) -> Args<'n, 'a> {
        let items = arguments.map_or(&[][..], |a| &a.items);
        Args { label, items, taken: 0, known: [""; MAX_KNOWN], known_count: 0 }
    }

    /// The argument of that name.
    pub(super) fn named(&mut self, name: &'static str, sink: &mut Sink) -> Option<&'n Expression<'a>> {
        if self.known_count < MAX_KNOWN {
            self.known[self.known_count] = name;
            self.known_count += 1;
        }
        let index = self.find(|argument| argument.name.is_some_and(|n| n.text == name))?;
        self.take(index, name, sink)
    }

    /// The argument of that name, or the first one without a name.
    pub(super) fn main(&mut self, name: &'static str, sink: &mut Sink) -> Option<&'n Expression<'a>> {
        let by_name = self.named(name, sink);
        let unnamed = self.find(|argument| argument.name.is_none());
        match (by_name, unnamed) {
            (Some(value), Some(index)) => {
                self.set_taken(index);
                self.report_twice(index, name, sink);
                Some(value)
            }
            (Some(value), None) => Some(value),
            (None, Some(index)) => self.take(index, name, sink),
            (None, None) => None,
        }
    }

    /// Whether an argument of that name is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.items.iter().any(|argument| argument.name.is_some_and(|n| n.text == name))
    }

    /// Warns of the arguments that nobody took, where Prisma reads past them.
    pub(super) fn finish_leniently(self, sink: &mut Sink) {
        for argument in self.left() {
            let name = argument.name.map_or("without a name", |name| name.text);
            let message = format!("the option `{name}` of `{}` means nothing and is ignored", self.label);
            let known = self.known().iter().copied();
            let hint = did_you_mean(name, known).or_else(|| self.known_arguments());
            sink.warning(codes::UNKNOWN_ARGUMENT, argument.span, message).maybe_hint(hint);
        }
    }

    /// Reports the arguments that nobody took.
    pub(super) fn finish(self, sink: &mut Sink) {
        for argument in self.left() {
            match argument.name {
                Some(name) => {
                    let message = format!("`{}` has no argument `{}`", self.label, name.text);
                    let hint = did_you_mean(name.text, self.known().iter().copied())
                        .or_else(|| self.known_arguments());
                    sink.error(codes::UNKNOWN_ARGUMENT, argument.span, message).maybe_hint(hint);
                }
                None => {
                    let message = format!("`{}` takes no further unnamed argument", self.label);
                    sink.error(codes::UNKNOWN_ARGUMENT, argument.span, message)
                        .maybe_hint(self.known_arguments());
                }
            }
        }
    }

    /// The arguments that nobody took.
    fn left(&self) -> impl Iterator<Item = &'n Argument<'a>> {
        let taken = self.taken;
        let left = self.items.iter().enumerate().filter(move |(index, _)| !is_bit_set(taken, *index));
        left.map(|(_, argument)| argument)
    }

    fn known(&self) -> &[&'static str] {
        &self.known[..self.known_count]
    }

    /// What stands behind the 64th argument is never taken, and so reported.
    fn is_taken(&self, index: usize) -> bool {
        index >= 64 || is_bit_set(self.taken, index)
    }

    fn set_taken(&mut self, index: usize) {
        self.taken |= 1_u64.checked_shl(index as u32).unwrap_or(0);
    }

    fn known_arguments(&self) -> Option<String> {
        if self.known_count == 0 {
            return Some(format!("`{}` takes no arguments", self.label));
        }
        let names: Vec<String> = self.known().iter().map(|name| format!("`{name}`")).collect();
        Some(format!("its arguments are {}", names.join(", ")))
    }

    /// The first argument not yet taken that passes the test.
    fn find(&self, test: impl Fn(&Argument<'a>) -> bool) -> Option<usize> {
        self.items.iter().enumerate().position(|(index, argument)| !self.is_taken(index) && test(argument))
    }

    fn take(&mut self, index: usize, name: &'static str, sink: &mut Sink) -> Option<&'n Expression<'a>> {
        self.set_taken(index);
        while let Some(again) = self.find(|argument| argument.name.is_some_and(|n| n.text == name)) {
            self.set_taken(again);
            self.report_twice(again, name, sink);
        }
        let argument = &self.items[index];
        if argument.value.is_none() {
            let message = format!("argument `{name}` of `{}` has no value", self.label);
            sink.error(codes::WRONG_VALUE, argument.span, message).hint(format!("write `{name}: ...`"));
        }
        argument.value.as_ref()
    }

    fn report_twice(&self, index: usize, name: &str, sink: &mut Sink) {
        sink.error(
            codes::DUPLICATE_ARGUMENT,
            self.items[index].span,
            format!("argument `{name}` of `{}` is given twice", self.label),
        )
        .hint("remove one of them");
    }
}

fn is_bit_set(bits: u64, index: usize) -> bool {
    bits.checked_shr(index as u32).unwrap_or(0) & 1 == 1
}
