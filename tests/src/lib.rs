//! Shared parts of the tests of this workspace: the probe, a server on the loopback interface, and the cases captured
//! from the vendors' SDKs.

pub mod cases;
pub mod clouds;
pub mod consumer;
pub mod documents;
pub mod drift;
pub mod edits;
pub mod examples;
#[cfg(not(doctest))] // its examples name the crate that the generator writes
pub mod goldens;
pub mod judge;
pub mod probe;
pub mod round_trips;
pub mod server;
pub mod service;
pub mod workspace;

/// Programs that must not compile: an operation of one vendor on a client of another.
///
/// ```compile_fail,E0271
/// async fn send(client: cloud_models::aws_bedrock::Client) {
///     let _ = client.send(cloud_models::volcengine_ark::ListCustomModels::new()).await;
/// }
/// ```
///
/// ```compile_fail,E0271
/// fn list(client: cloud_models::volcengine_ark::blocking::Client) {
///     let _ = client.items(cloud_models::huawei_fabric::ListModels::new("workspace")).count();
/// }
/// ```
///
/// A required parameter is an argument:
///
/// ```compile_fail,E0061
/// let _ = cloud_models::huawei_fabric::ListModels::new();
/// ```
///
/// Only an operation that is a list has pages:
///
/// ```compile_fail,E0277
/// fn pages(client: cloud_models_tests::goldens::minimal::Client) {
///     let _ = client.pages(cloud_models_tests::goldens::minimal::Ping::new());
/// }
/// ```
#[cfg(doctest)]
pub struct CompileFail;

/// README, whose examples must compile and run.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
pub struct Readme;

/// Guide of the generated crate, whose examples must compile and run.
#[doc = include_str!("../../generated/GUIDE.md")]
#[cfg(doctest)]
pub struct Guide;
