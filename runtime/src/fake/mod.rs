//! Fakes of services, for tests of programs: in process, without a network and without an account.
//!
//! A [`Fake`] is a transport for both clients. It is made from the same description of the service as the client, and does what
//! the service would do: it decodes each request into the operation, verifies its signature, refuses what violates a documented
//! limit, pages in the style of the operation, and answers in the envelope of the service. [`On`] tells it what to answer to an
//! operation, and [`Fake::calls`] returns what was asked.
//!
//! With the feature `fake-server`, [`Fake::serve`] does the same over HTTP on this machine, for other programs.
//!
//! # Examples
//!
//! A list of which the first request is throttled:
//!
//! ```
//! # use cloud_models_runtime as cloud_models;
//! use cloud_models::fake::{Answer, Fake};
//! use cloud_models::{Client, Paginated, Result, ServiceErrorKind};
//!
//! async fn first_page<L: Paginated>(list: L, items: Vec<L::Item>) -> Result<L::Output> {
//!     let fake = Fake::<L::Service>::new();
//!     let throttled = Answer::kind(ServiceErrorKind::Throttled);
//!     fake.on::<L>().items(items).script([throttled, Answer::Next]);
//!
//!     let client = Client::builder(fake.config()).transport(fake.clone()).build()?;
//!     let page = client.send(list).await?;
//!     assert_eq!(fake.calls::<L>().len(), 2);
//!     Ok(page.into_inner())
//! }
//! ```

mod answer;
mod call;
mod canonical;
mod decode;
mod envelope;
mod fake;
mod on;
mod page;
mod query;
mod route;
#[cfg(feature = "fake-server")]
mod serve;
mod transport;
mod verify;

pub use answer::{Answer, Fault};
pub use call::Call;
pub use fake::Fake;
pub use on::On;
#[cfg(feature = "fake-server")]
pub use serve::Served;
