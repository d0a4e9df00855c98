//! A fake as the transport of both clients.

use std::future::pending;
use std::io::{self, Cursor, Read};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};

use super::Fake;
use super::on::Outcome;
use crate::error::TransportError;
use crate::future::BoxFuture;
use crate::service::Service;
use crate::transport::{Body, Transport, blocking};

const RESET: &str = "the fake service closed the connection";

impl<S: Service> Transport for Fake<S> {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            match self.answer(&request) {
                Outcome::Response(response) => Ok(response.map(Body::from)),
                Outcome::Cut(response) => Ok(response.map(|body| {
                    let half = body.slice(..body.len() / 2);
                    let lost = Err(TransportError::other(RESET));
                    Body::from_stream(stream::iter([Ok(half), lost]))
                })),
                Outcome::Reset => Err(TransportError::other(RESET)),
                Outcome::Hang => pending().await,
                Outcome::Misuse(problem) => Err(TransportError::config(problem)),
            }
        })
    }
}

impl<S: Service> blocking::Transport for Fake<S> {
    fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<blocking::Body>, TransportError> {
        match self.answer(&request) {
            Outcome::Response(response) => Ok(response.map(blocking::Body::from)),
            Outcome::Cut(response) => Ok(response.map(|body| {
                let half = Cursor::new(body.slice(..body.len() / 2));
                blocking::Body::from_reader(half.chain(Lost))
            })),
            Outcome::Reset => Err(TransportError::other(RESET)),
            Outcome::Hang => Err(TransportError::no_response(timeout)),
            Outcome::Misuse(problem) => Err(TransportError::config(problem)),
        }
    }
}

/// A connection that was lost.
struct Lost;

impl Read for Lost {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::ConnectionReset, RESET))
    }
}
