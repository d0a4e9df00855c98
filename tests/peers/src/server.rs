//! Stand-in for Amazon Bedrock on loopback: ready-made replies, one thread for each connection.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// Starts the server and returns its URL. It shares the process with what starts the clients, which only waits.
pub fn start() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let lists: Arc<[_]> = [10, 100, 1000]
        .into_iter()
        .map(|size| (size, models(size)))
        .collect();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let lists = Arc::clone(&lists);
            // Ends when the client closes the connection.
            thread::spawn(move || reply(stream, &lists));
        }
    });
    Ok(url)
}

/// Replies to the requests of a connection. A request that filters by the name `paged` gets 100 pages.
fn reply(mut stream: TcpStream, lists: &[(u32, String)]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while let Some(line) = lines.next().transpose()? {
        while lines
            .next()
            .transpose()?
            .is_some_and(|header| !header.is_empty())
        {}
        let parameter = |name| {
            line.split(['?', '&', ' '])
                .find_map(|pair| pair.strip_prefix(name))
        };
        let number = |name| parameter(name).and_then(|value: &str| value.parse().ok());
        let list = lists
            .iter()
            .find(|(size, _)| Some(*size) == number("maxResults="));
        let list = list.map_or("", |(_, list)| list);
        let next = number("nextToken=").unwrap_or(1) + 1;
        let end = match parameter("nameContains=") {
            Some("paged") if next <= 100 => format!(r#"],"nextToken":"{next}"}}"#),
            _ => "]}".to_owned(),
        };
        let body = format!(r#"{{"modelSummaries":[{list}{end}"#);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
        stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes())?;
    }
    Ok(())
}

/// Returns models as Bedrock lists them.
fn models(size: u32) -> String {
    let arn = "arn:aws:bedrock:us-east-1";
    let models = (0..size).map(|n| {
        let kind = ["FINE_TUNING", "CONTINUED_PRE_TRAINING"][n as usize % 2];
        let time = format!("2024-05-14T13:{:02}:{:02}.{:03}Z", n / 60 % 60, n % 60, n % 1000);
        format!(
            r#"{{"modelArn":"{arn}:123456789012:custom-model/amazon.titan-text-lite-v1:0:4k/{n:012x}","modelName":"my-custom-model-{n}","creationTime":"{time}","baseModelArn":"{arn}::foundation-model/amazon.titan-text-lite-v1:0:4k","baseModelName":"Titan Text G1 - Lite","customizationType":"{kind}"}}"#
        )
    });
    models.collect::<Vec<_>>().join(",")
}
