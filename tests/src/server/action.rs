//! What the server does with a request.

use std::time::Duration;

use bytes::Bytes;

use super::Reply;
#[cfg(doc)]
use super::{MAX_ENDLESS, MAX_SILENCE};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Action {
    /// Answers.
    Reply(Reply),
    /// Waits, unless the client hangs up, then goes on.
    Wait(Duration, Box<Action>),
    /// Closes the connection hard and without a word; on Linux the client gets a RST.
    Reset,
    /// Announces all of the response, sends so many of its bytes, head included, and closes the connection.
    Truncate(Reply, usize),
    /// Sends the response in drops.
    SlowBytes {
        /// The response.
        reply: Reply,
        /// The bytes of a drop.
        chunk: usize,
        /// The pause before each drop but the first.
        pause: Duration,
    },
    /// Sends chunks until the client hangs up or [`MAX_ENDLESS`] is reached.
    EndlessChunked {
        /// Status and headers; its body is not sent.
        head: Reply,
        /// What each chunk holds.
        chunk: Bytes,
    },
    /// Sends the response in chunks of so many bytes.
    Chunked(Reply, usize),
    /// Sends the response in chunks of so many bytes, and closes the connection instead of sending the last, empty one.
    ChunkedCut(Reply, usize),
    /// Sends bytes as they are and closes the connection; nothing at all for a close without an answer.
    Raw(Bytes),
    /// Says nothing until the client hangs up, [`MAX_SILENCE`] is over or the server ends.
    NeverAnswer,
}

impl Action {
    /// Bytes as they are, and the end of the connection.
    pub fn raw(bytes: impl Into<Bytes>) -> Self {
        Self::Raw(bytes.into())
    }

    /// The end of the connection in good order, but without an answer.
    pub fn close() -> Self {
        Self::raw(Bytes::new())
    }

    /// The same after a while.
    pub fn after(self, wait: Duration) -> Self {
        Self::Wait(wait, Box::new(self))
    }

    pub(super) fn assert_possible(&self) {
        match self {
            Self::Wait(_, then) => then.assert_possible(),
            Self::EndlessChunked { chunk, .. } => {
                assert!(!chunk.is_empty(), "an empty chunk would be the last");
            }
            _ => {}
        }
    }

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
