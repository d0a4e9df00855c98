//! Actions in response to a request.

use std::time::Duration;

use bytes::Bytes;

use super::Reply;
#[cfg(doc)]
use super::{MAX_ENDLESS, MAX_SILENCE};

/// Action in response to a request.
#[derive(Clone, Debug)]
pub enum Action {
    /// Sends a response.
    Reply(Reply),
    /// Waits before another action. Ends early if the client hangs up.
    Wait(Duration, Box<Action>),
    /// Closes the connection without a response. On Linux, the client receives a RST.
    Reset,
    /// Sends the given number of bytes of a response, including its head, and closes the connection.
    Truncate(Reply, usize),
    /// Sends a response in small parts.
    SlowBytes {
        /// The response.
        reply: Reply,
        /// Number of bytes per part.
        chunk: usize,
        /// Pause between two parts.
        pause: Duration,
    },
    /// Sends chunks until the client hangs up or [`MAX_ENDLESS`] bytes have been sent.
    EndlessChunked {
        /// Status and headers. The body is ignored.
        head: Reply,
        /// Content of each chunk.
        chunk: Bytes,
    },
    /// Sends a response with a chunked body, with the given number of bytes per chunk.
    Chunked(Reply, usize),
    /// Like [`Action::Chunked`], but closes the connection before the last, empty chunk.
    ChunkedCut(Reply, usize),
    /// Sends bytes unchanged and closes the connection.
    Raw(Bytes),
    /// Sends nothing until the client hangs up, [`MAX_SILENCE`] has passed or the server stops.
    NeverAnswer,
}

impl Action {
    /// Creates an action that sends bytes unchanged and closes the connection.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::Raw(bytes.into())
    }

    /// Creates an action that closes the connection gracefully without a response.
    pub fn close() -> Self {
        Self::raw(Bytes::new())
    }

    /// Delays the action.
    pub fn after(self, wait: Duration) -> Self {
        Self::Wait(wait, Box::new(self))
    }

    /// Panics if the action cannot be performed.
    pub(super) fn assert_valid(&self) {
        match self {
            Self::Wait(_, then) => then.assert_valid(),
            Self::EndlessChunked { chunk, .. } => {
                assert!(!chunk.is_empty(), "empty chunk: it would end the response");
            }
            _ => {}
        }
    }

    /// Returns whether the action is a [`Action::Reset`], possibly delayed.
    pub(super) fn resets(&self) -> bool {
        match self {
            Self::Wait(_, then) => then.resets(),
            Self::Reset => true,
            _ => false,
        }
    }
}

impl From<Reply> for Action {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}
