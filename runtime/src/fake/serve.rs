//! [`Served`], a fake as an HTTP server on this machine.

use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;

use super::Fake;
use super::on::Outcome;
use crate::service::Service;

/// Maximum size of a request body.
const MAX_BODY: usize = 16 << 20;

/// Time before another connection is accepted, after one could not be.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// A fake as an HTTP server on this machine. From [`Fake::serve`]. Dropping it stops the server.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::fake::{Fake, Served};
/// use cloud_models::{Config, Service};
///
/// fn serve<S: Service>(fake: &Fake<S>) -> std::io::Result<(Served, Config<S>)> {
///     let served = fake.serve()?;
///     let config = fake.config().endpoint(served.url());
///     Ok((served, config))
/// }
/// ```
pub struct Served {
    address: SocketAddr,
    /// Path of the endpoint.
    path: String,
    /// Dropping it stops the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// Returns the base URL, such as `http://127.0.0.1:40513`, with the path of [`Fake::base_path`].
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A function of the test may own a server, which is dropped in the thread of another one, or its own.
        let is_other =
            |thread: &JoinHandle<()>| thread.thread().id() != std::thread::current().id();
        if let Some(thread) = self.thread.take().filter(is_other) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl<S: Service> Fake<S> {
    /// Serves the fake over HTTP on this machine, on a free port of 127.0.0.1 and in a separate thread, until the result is
    /// dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no port, or no thread.
    pub fn serve(&self) -> io::Result<Served> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listener = {
            let _guard = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let fake = self.clone();
        let thread = std::thread::Builder::new().name(format!("fake {}", S::INFO.name));
        let thread = thread.spawn(move || {
            runtime.block_on(accept(fake, listener, stopped));
            // Without waiting for a function of the test that still runs.
            runtime.shutdown_background();
        })?;
        Ok(Served {
            address,
            path: self.endpoint_path(),
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// Accepts connections until `stopped` is ready. Each is a task of the runtime, which ends with it.
async fn accept<S: Service>(
    fake: Fake<S>,
    listener: tokio::net::TcpListener,
    stopped: oneshot::Receiver<()>,
) {
    let mut stopped = pin!(stopped);
    loop {
        let next = poll_fn(|context| match stopped.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => listener.poll_accept(context).map(Some),
        });
        match next.await {
            None => return,
            Some(Ok((stream, _))) => {
                let fake = fake.clone();
                let service = service_fn(move |request| exchange(fake.clone(), request));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                // A connection that breaks is the client's affair.
                tokio::spawn(async move { drop(connection.await) });
            }
            // The client is gone already, or there are too many open files: then the connection stays in the queue, and asking
            // again at once would keep a processor busy.
            Some(Err(_)) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// Answers a request. After an error, the connection is closed.
async fn exchange<S: Service>(
    fake: Fake<S>,
    request: Request<Incoming>,
) -> io::Result<Response<Sent>> {
    let (head, body) = request.into_parts();
    let request = Request::from_parts(head, read(body).await?);
    // In a separate thread, because a function of the test may ask this server, and wait.
    let answered = tokio::task::spawn_blocking(move || {
        let outcome = fake.answer(&request);
        (outcome, fake, request)
    });
    let (outcome, fake, request) = answered.await.map_err(io::Error::other)?;
    match outcome {
        Outcome::Response(response) => Ok(response.map(Sent::whole)),
        // The response to HEAD has no body to be cut.
        Outcome::Cut(_) if request.method() == Method::HEAD => {
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Outcome::Cut(response) => Ok(response.map(Sent::half)),
        Outcome::Reset => Err(io::ErrorKind::ConnectionReset.into()),
        Outcome::Hang => pending().await,
        Outcome::Misuse(problem) => Ok(fake.misuse(&request, &problem).map(Sent::whole)),
    }
}

async fn read(body: Incoming) -> io::Result<Bytes> {
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        if let Ok(data) = frame.map_err(io::Error::other)?.into_data() {
            bytes.extend_from_slice(&data);
        }
        if bytes.len() > MAX_BODY {
            return Err(io::Error::other("the request body is too large"));
        }
    }
    Ok(bytes.into())
}

/// The body of a response.
struct Sent {
    data: Option<Bytes>,
    /// The size that is announced.
    size: u64,
    /// The state after the data.
    end: End,
}

enum End {
    Whole,
    /// The connection is lost, once the data is on its way.
    Cut,
    Lost,
}

impl Sent {
    fn whole(body: Bytes) -> Self {
        Self {
            size: body.len() as u64,
            data: Some(body).filter(|body| !body.is_empty()),
            end: End::Whole,
        }
    }

    /// Half of a body, of which more is announced, even if it is empty.
    fn half(body: Bytes) -> Self {
        let half = body.slice(..body.len() / 2);
        Self {
            size: body.len().max(1) as u64,
            data: Some(half).filter(|half| !half.is_empty()),
            end: End::Cut,
        }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.end {
            End::Whole => Poll::Ready(None),
            // An error at once would also lose what was not yet written.
            End::Cut => {
                self.end = End::Lost;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Lost => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && matches!(self.end, End::Whole)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.size)
    }
}
