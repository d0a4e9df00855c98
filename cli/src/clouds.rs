//! The clouds that the program knows: a row each. Everything else about them comes from the descriptions of their services.

use cloud_models::fake::{Fake, Served};
use cloud_models::{
    Credentials, Paginated, Service, aws_bedrock, baidu_qianfan, huawei_fabric, volcengine_ark,
};
use cloud_models_runtime::codegen::{ServiceInfo, Variables};

use serde_core::de::DeserializeOwned;

/// A cloud.
pub(crate) struct Cloud {
    /// Name in arguments and files; that of its cargo feature in the library.
    pub(crate) id: &'static str,
    /// Description of its service.
    pub(crate) info: &'static ServiceInfo,
    /// Whether models are listed by workspace.
    pub(crate) needs_workspace: bool,
    /// Whether credentials may come from a profile of the vendor's configuration files.
    pub(crate) has_profiles: bool,
    /// Region of the fake.
    pub(crate) fake_region: Option<&'static str>,
    /// Lines of Python that lead the vendor's SDK to the fake, if it reads no variable. `{host}` is replaced.
    pub(crate) sdk_code: &'static [&'static str],
    /// Models of the fake, as the service sends them. `{n}` is replaced.
    models: &'static str,
    serve: fn(&Self, usize) -> Result<Served, String>,
}

/// All clouds.
pub(crate) static CLOUDS: [Cloud; 4] = [
    Cloud {
        id: "aws-bedrock",
        info: aws_bedrock::AwsBedrock::INFO,
        needs_workspace: false,
        has_profiles: true,
        fake_region: Some("us-east-1"),
        sdk_code: &[],
        models: include_str!("demo/aws-bedrock.json"),
        serve: serve::<aws_bedrock::ListCustomModels>,
    },
    Cloud {
        id: "baidu-qianfan",
        info: baidu_qianfan::BaiduQianfan::INFO,
        needs_workspace: false,
        has_profiles: false,
        fake_region: None,
        sdk_code: &[],
        models: include_str!("demo/baidu-qianfan.json"),
        serve: serve::<baidu_qianfan::DescribeCustomModelSets>,
    },
    Cloud {
        id: "huawei-fabric",
        info: huawei_fabric::HuaweiFabric::INFO,
        needs_workspace: true,
        has_profiles: false,
        fake_region: Some("cn-north-4"),
        sdk_code: &[],
        models: include_str!("demo/huawei-fabric.json"),
        serve: serve::<huawei_fabric::ListModels>,
    },
    Cloud {
        id: "volcengine-ark",
        info: volcengine_ark::VolcengineArk::INFO,
        needs_workspace: false,
        has_profiles: false,
        fake_region: Some("cn-beijing"),
        sdk_code: &[
            "configuration = volcenginesdkcore.Configuration()",
            "configuration.scheme, configuration.host = \"http\", \"{host}\"",
        ],
        models: include_str!("demo/volcengine-ark.json"),
        serve: serve::<volcengine_ark::ListCustomModels>,
    },
];

/// Access key that the fakes accept.
pub(crate) const FAKE_KEY: (&str, &str) = ("FAKEACCESSKEY", "fake-secret-access-key");

impl Cloud {
    /// Returns whether requests go to a region.
    pub(crate) fn takes_region(&self) -> bool {
        self.info.url.contains("{region}") || self.info.default_region.is_some()
    }

    /// Returns whether a region has to be given.
    pub(crate) fn needs_region(&self) -> bool {
        self.takes_region() && self.info.default_region.is_none()
    }

    /// Returns whether credentials may be a token.
    pub(crate) fn takes_token(&self) -> bool {
        let mut schemes = self.info.auth.iter();
        schemes.any(|scheme| matches!(scheme.variables(), Variables::Token(_)))
    }

    /// Returns the label of a source without one.
    pub(crate) fn label(&self, region: Option<&str>) -> String {
        match region {
            Some(region) => format!("{} {region}", self.id),
            None => self.id.to_owned(),
        }
    }

    /// Serves a fake with a number of models on this machine.
    pub(crate) fn serve(&self, count: usize) -> Result<Served, String> {
        (self.serve)(self, count)
    }
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

fn serve<O: Paginated>(cloud: &Cloud, count: usize) -> Result<Served, String>
where
    O::Item: DeserializeOwned,
{
    let served = fake::<O>(cloud, count)?.serve();
    served.map_err(|error| format!("cannot serve the fake of {}: {error}", cloud.info.name))
}

/// Returns a fake with a number of models.
fn fake<O: Paginated>(cloud: &Cloud, count: usize) -> Result<Fake<O::Service>, String>
where
    O::Item: DeserializeOwned,
{
    let mut models: Vec<O::Item> = Vec::new();
    for round in 0.. {
        let number = match round {
            0 => String::new(),
            round => format!("-{round}"),
        };
        let text = cloud.models.replace("{n}", &number);
        let more: Vec<O::Item> = serde_json::from_str(&text)
            .map_err(|error| format!("the models of the fake of {}: {error}", cloud.info.name))?;
        models.extend(more);
        if models.len() >= count {
            break;
        }
    }
    models.truncate(count);
    let (id, secret) = FAKE_KEY;
    let fake = Fake::new().credentials(Credentials::access_key(id, secret));
    fake.on::<O>().items(models).ignoring_filters();
    Ok(fake)
}
