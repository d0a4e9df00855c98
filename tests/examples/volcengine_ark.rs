//! Prints how many custom models of a Volcengine Ark account are ready, and the first of them.
//!
//! Takes keys from `VOLCENGINE_ACCESS_KEY` and `VOLCENGINE_SECRET_KEY`:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example volcengine_ark
//! ```

use cloud_models::volcengine_ark::{Client, ListCustomModels, SortBy, SortOrder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let list = ListCustomModels::new()
        .sort_by(SortBy::CreateTime)
        .sort_order(SortOrder::Desc)
        .page_size(50);
    let page = client.send(list).await?;
    println!(
        "{:?} in all, the newest {}:",
        page.total_count,
        page.items.len()
    );
    for model in &page.items {
        println!("{}  {:?}", model.id, model.status);
    }
    Ok(())
}
