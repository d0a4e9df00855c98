//! Deletes a custom model of a Volcengine Ark account, after a look at it and a rehearsal.
//!
//! Takes keys from `VOLCENGINE_ACCESS_KEY` and `VOLCENGINE_SECRET_KEY`, and the ID of the model as an argument:
//!
//! ```sh
//! cargo run --package cloud-models-tests --example delete_model -- cm-20240101000000-abcde
//! ```

use cloud_models::volcengine_ark::{Client, DeleteCustomModel, ErrorCode, GetCustomModel};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let id = std::env::args()
        .nth(1)
        .ok_or("the argument is the ID of a model")?;
    let client = Client::from_env()?;
    let model = client.send(GetCustomModel::new(id.as_str())).await?;
    println!("{}", model.name.as_deref().unwrap_or("without a name"));
    client
        .send(DeleteCustomModel::new(id.as_str()).dry_run(true))
        .await?;
    match client.send(DeleteCustomModel::new(id)).await {
        Ok(_) => println!("deleted"),
        // A repeated request finds nothing if the reply to the first one was lost.
        Err(error) if error.attempts() > 1 && error.code_as() == Some(ErrorCode::NotFound) => {
            println!("deleted, or it was gone already");
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
