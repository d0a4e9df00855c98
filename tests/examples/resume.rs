//! Lists the custom models of an AWS account one page at a time, and goes on the next time where it ended.
//!
//! Takes region and keys from the environment, and keeps its place in a file:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example resume -- place.txt
//! ```

use std::fs;

use cloud_models::aws_bedrock::{Client, ListCustomModels};
use cloud_models::{Cursor, Paginated};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(file) = std::env::args().nth(1) else {
        return Err("the argument is a file for the place in the list".into());
    };
    let mut list = ListCustomModels::new().max_results(50);
    if let Ok(place) = fs::read_to_string(&file) {
        let cursor: Cursor = place.trim().parse()?;
        list = list.resume(&cursor)?;
    }
    let client = Client::from_env()?;
    let mut pages = client.pages(list);
    if let Some(page) = pages.next().await {
        for model in page?.into_inner().model_summaries {
            println!("{}", model.model_name);
        }
    }
    match pages.cursor() {
        Some(cursor) => fs::write(&file, cursor.to_string())?,
        None => fs::remove_file(&file).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?,
    }
    Ok(())
}
