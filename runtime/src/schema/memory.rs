//! The memory that a value read from JSON may take.
//!
//! A body is limited in size, but in memory a value may take a thousand times as much: `{}` can be a structure with a hundred
//! members. So whatever reading allocates is counted, apart from texts, which take no more than they have in the body.

use std::cell::Cell;

use serde_core::de;

/// Bytes in a megabyte.
const MEGABYTE: usize = 1 << 20;

/// The most bytes of memory for lists, maps, free JSON and structures in boxes, in one value with all that is in it.
const MOST: usize = 256 * MEGABYTE;

/// The bytes of memory that are left.
pub(super) struct Memory(Cell<usize>);

impl Memory {
    pub(super) const fn new() -> Self {
        Self(Cell::new(MOST))
    }

    /// Takes memory for a value in a box.
    pub(super) fn spend<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        match self.0.get().checked_sub(bytes) {
            Some(rest) => {
                self.0.set(rest);
                Ok(())
            }
            None => Err(E::custom(format_args!(
                "more than {} MB of memory for lists, maps and nested objects",
                MOST / MEGABYTE
            ))),
        }
    }

    /// Takes memory for another element of a list of `count` elements of `size` bytes. A list that is full doubles.
    pub(super) fn spend_element<E: de::Error>(&self, count: usize, size: usize) -> Result<(), E> {
        // As `Vec` does.
        let first = if size > 1024 { 1 } else { 4 };
        let elements = match count {
            0 => first,
            count if count >= first && count.is_power_of_two() => count,
            _ => return Ok(()),
        };
        self.spend(elements.saturating_mul(size))
    }

    /// Takes memory for another entry of a map of `count` entries of `size` bytes.
    pub(super) fn spend_entry<E: de::Error>(&self, count: usize, size: usize) -> Result<(), E> {
        // Nodes of a `BTreeMap` have room for eleven entries, and at least every other place is taken.
        let entries = if count == 0 { 11 } else { 2 };
        self.spend(size.saturating_mul(entries))
    }
}
