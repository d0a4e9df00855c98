//! Prints the workspaces of a Huawei Cloud project, and the models in each of them with their versions.
//!
//! Takes keys from `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, and the region as an argument:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example workspaces -- cn-north-4
//! ```

use cloud_models::huawei_fabric::{Client, Config, ListModelVersions, ListModels, ListWorkspaces};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let region = std::env::args().nth(1).ok_or("the argument is a region")?;
    let client = Client::new(Config::from_env()?.region(region))?;
    let mut workspaces = client.items(ListWorkspaces::new());
    while let Some(workspace) = workspaces.next().await {
        let workspace = workspace?;
        println!("{}", workspace.name.as_deref().unwrap_or("without a name"));
        let Some(workspace_id) = workspace.id else {
            continue;
        };
        let mut models = client.items(ListModels::new(workspace_id.as_str()));
        while let Some(model) = models.next().await {
            let model = model?;
            println!("    {}", model.name.as_deref().unwrap_or("without a name"));
            let Some(model_id) = model.id else {
                continue;
            };
            let versions = ListModelVersions::new(workspace_id.as_str(), model_id);
            let versions = client.items(versions).try_collect_up_to(100).await?;
            let names = versions
                .iter()
                .filter_map(|version| version.name.as_deref());
            println!("        {}", names.collect::<Vec<_>>().join(", "));
        }
    }
    Ok(())
}
