//! The clouds that the program knows: a row each. Everything else about them comes from the descriptions of their services.

use std::pin::Pin;

use cloud_models::fake::{Fake, Served};
use cloud_models::{
    Client, Config, Credentials, Paginated, Service, aws_bedrock, baidu_qianfan, huawei_fabric,
    volcengine_ark,
};
use cloud_models_runtime::codegen::{Catalogued, ServiceInfo, Variables};

use crate::config::SourceConfig;
use crate::connect;
use cloud_models::catalog::{Raw, Source};
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
    demo: fn(&Self) -> Result<Source, String>,
    check: fn(&SourceConfig) -> Result<(), String>,
    connect: for<'a> fn(&'a SourceConfig) -> Connecting<'a>,
}

/// A source that is being built. Finding credentials may send requests.
type Connecting<'a> = Pin<Box<dyn Future<Output = cloud_models::Result<Source>> + 'a>>;

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
        demo: |cloud| demo(cloud, aws_bedrock::ListCustomModels::new()),
        check: check::<aws_bedrock::AwsBedrock>,
        connect: |source| {
            Box::pin(async move {
                let client = Client::new(connect::aws_config(source).await?)?;
                Ok(Source::new(
                    &source.label,
                    client,
                    aws_bedrock::ListCustomModels::new(),
                ))
            })
        },
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
        demo: |cloud| demo(cloud, baidu_qianfan::DescribeCustomModelSets::new()),
        check: check::<baidu_qianfan::BaiduQianfan>,
        connect: |source| {
            Box::pin(async move {
                let client = Client::new(connect::config(source)?)?;
                Ok(Source::new(
                    &source.label,
                    client,
                    baidu_qianfan::DescribeCustomModelSets::new(),
                ))
            })
        },
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
        demo: |cloud| demo(cloud, huawei_fabric::ListModels::new("demo")),
        check: check::<huawei_fabric::HuaweiFabric>,
        connect: |source| {
            Box::pin(async move {
                let client = Client::new(connect::config(source)?)?;
                Ok(Source::new(
                    &source.label,
                    client,
                    huawei_fabric::ListModels::new(workspace(source)),
                ))
            })
        },
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
        demo: |cloud| demo(cloud, volcengine_ark::ListCustomModels::new()),
        check: check::<volcengine_ark::VolcengineArk>,
        connect: |source| {
            Box::pin(async move {
                let client = Client::new(connect::config(source)?)?;
                Ok(Source::new(
                    &source.label,
                    client,
                    volcengine_ark::ListCustomModels::new(),
                ))
            })
        },
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

    /// Returns a source that asks a fake in this process.
    pub(crate) fn demo(&self) -> Result<Source, String> {
        (self.demo)(self)
    }

    /// Returns a source that asks the cloud.
    pub(crate) async fn connect(&self, source: &SourceConfig) -> cloud_models::Result<Source> {
        (self.connect)(source).await
    }

    /// Checks what the configuration file says of a source, whatever the environment says.
    pub(crate) fn check(&self, source: &SourceConfig) -> Result<(), String> {
        (self.check)(source)
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
    let served = fake::<O>(cloud, Some(count))?.serve();
    served.map_err(|error| format!("cannot serve the fake of {}: {error}", cloud.info.name))
}

fn demo<O: Catalogued>(cloud: &Cloud, operation: O) -> Result<Source, String>
where
    O::Item: DeserializeOwned,
    Raw: From<O::Item>,
{
    let fake = fake::<O>(cloud, None)?;
    let (id, secret) = FAKE_KEY;
    let mut config = Config::new().credentials(Credentials::access_key(id, secret));
    if let Some(region) = cloud.fake_region {
        config = config.region(region);
    }
    let client = Client::builder(config).transport(fake).build();
    let client = client.map_err(|error| error.to_string())?;
    Ok(Source::new(cloud.id, client, operation))
}

fn check<S: Service>(source: &SourceConfig) -> Result<(), String> {
    let (id, secret) = FAKE_KEY;
    let config = Config::<S>::new().credentials(Credentials::access_key(id, secret));
    let config = connect::adapt(config, source);
    // The fake sends nothing, and needs no proxy.
    let client = Client::builder(config).transport(Fake::<S>::new()).build();
    client.map(drop).map_err(|error| error.to_string())
}

/// Returns the workspace of a source, which the configuration file has if the cloud needs one.
fn workspace(source: &SourceConfig) -> &str {
    source.workspace.as_deref().unwrap_or_default()
}

/// Returns a fake with a number of models, or with each model of the file once.
fn fake<O: Paginated>(cloud: &Cloud, count: Option<usize>) -> Result<Fake<O::Service>, String>
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
        if count.is_none_or(|count| models.len() >= count) {
            break;
        }
    }
    models.truncate(count.unwrap_or(usize::MAX));
    let (id, secret) = FAKE_KEY;
    let fake = Fake::new().credentials(Credentials::access_key(id, secret));
    fake.on::<O>().items(models).ignoring_filters();
    Ok(fake)
}

#[cfg(test)]
mod tests {
    use cloud_models_runtime::catalog::{CloudVisitor, Clouds as _};

    use super::*;

    struct Names(Vec<&'static str>);

    impl CloudVisitor<Raw> for Names {
        fn list<O: Catalogued>(&mut self, _: O)
        where
            Raw: From<O::Item>,
        {
            self.0.push(O::CLOUD);
        }

        fn needs<O: Catalogued>(&mut self, _: &[&str]) {
            self.0.push(O::CLOUD);
        }
    }

    #[test]
    fn every_cloud_of_the_catalog_has_a_row() {
        let mut names = Names(Vec::new());
        Raw::visit(&mut names);
        let rows: Vec<_> = CLOUDS.iter().map(|cloud| cloud.id).collect();
        assert_eq!(names.0, rows);
    }
}
