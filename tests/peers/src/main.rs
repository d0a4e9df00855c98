//! This project's clients beside the AWS SDK for Rust, measured in the same run. From the root of the repository:
//!
//! ```sh
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- calls     # or `calls ROUNDS SECONDS`
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- signing   # or `signing ROUNDS`
//! cargo run --release --manifest-path tests/peers/Cargo.toml -- builds    # takes minutes
//! ```
//!
//! All times are CPU times. They differ between machines and rise on a busy one; the ratios hardly do. Goals are printed
//! beside the figures, and a goal that is missed fails nothing. Runs on Linux.

mod builds;
mod calls;
mod clients;
mod measure;
mod server;
mod signing;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["calls"] => calls::run(7, 1.0),
        ["calls", rounds, seconds] => calls::run(rounds.parse()?, seconds.parse()?),
        ["signing"] => signing::run(15),
        ["signing", rounds] => signing::run(rounds.parse()?),
        ["builds"] => builds::run(),
        // Started by `calls`.
        ["client", client, models, url, seconds] => {
            clients::run(client, models.parse()?, url, seconds.parse()?)
        }
        _ => Err("usage: calls [ROUNDS SECONDS] | signing [ROUNDS] | builds".into()),
    }
}
