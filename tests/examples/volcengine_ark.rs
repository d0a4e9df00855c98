//! Prints how many custom models a Volcengine Ark account has, and the newest of them.
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
    let total = page.total_count.unwrap_or_default();
    println!("{total} in all, the newest {}:", page.items.len());
    for model in &page.items {
        let status = model
            .status
            .as_ref()
            .map_or("unknown", |status| status.as_str());
        println!("{}  {status}", model.id);
    }
    Ok(())
}
