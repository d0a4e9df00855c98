//! `cloud-models`: the custom models of several clouds in one list.

mod arguments;
mod aws;
mod clouds;
mod config;
mod connect;
mod diff;
mod failure;
mod fake;
mod inspect;
mod list;
mod output;
mod plan;
mod progress;
mod render;
mod report;
mod sources;
mod text;
mod times;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use failure::{Failure, exit};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    ExitCode::from(run(&arguments.command).unwrap_or_else(|failure| {
        output::complain(&failure.text);
        failure.code
    }))
}

fn run(command: &Command) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    runtime.block_on(async {
        match command {
            Command::List(arguments) => list::run(arguments).await,
            Command::Diff(arguments) => diff::run(arguments).await,
            Command::Sources(arguments) => sources::run(arguments).await,
            Command::Fake(arguments) => fake::run(arguments).map(|()| exit::COMPLETE),
        }
    })
}
