//! Prints the custom models of a Baidu Qianfan account, page by page, each page with its request id.
//!
//! Takes keys from `QIANFAN_ACCESS_KEY` and `QIANFAN_SECRET_KEY`:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example baidu_qianfan
//! ```

use cloud_models::baidu_qianfan::{Client, DescribeCustomModelSets};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let mut pages = client.pages(DescribeCustomModelSets::new().max_keys(20));
    while let Some(page) = pages.next().await {
        let page = page?;
        println!("# request id {}", page.request_id().unwrap_or("unknown"));
        for model in &page.custom_model_set_list {
            println!("{:?}  {:?}", model.model_set_name, model.model_set_id);
        }
    }
    Ok(())
}
