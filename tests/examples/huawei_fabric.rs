//! Prints the models in a workspace of Huawei Cloud DataArts Fabric, and what to do about errors.
//!
//! Takes keys from `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK`, and the rest as arguments:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example huawei_fabric -- cn-north-4 WORKSPACE_ID
//! ```

use cloud_models::huawei_fabric::{Client, Config, ErrorCode, ListModels};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(region), Some(workspace)) = (arguments.next(), arguments.next()) else {
        return Err("the arguments are a region and the id of a workspace".into());
    };
    let client = Client::new(Config::from_env()?.region(region))?;
    let mut models = client.items(ListModels::new(workspace));
    while let Some(model) = models.next().await {
        match model {
            Ok(model) => println!("{}", model.name.as_deref().unwrap_or("without a name")),
            Err(error) if error.code_as() == Some(ErrorCode::WorkspaceNotFound) => {
                return Err("there is no such workspace in this region".into());
            }
            // Its text names the operation, the status, the vendor's code and message, and the request id.
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
