//! The catalog over loopback: several clouds at once, with both clients. What can be had is had, what fails is attributed.

mod clouds;
mod environment;
mod failures;
mod limits;
mod mapping;
