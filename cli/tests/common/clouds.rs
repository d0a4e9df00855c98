//! Four fakes on this machine, and the program with a configuration file that names them.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use cloud_models::fake::{Fake, Served};
use cloud_models::{
    Credentials, Paginated, aws_bedrock, baidu_qianfan, huawei_fabric, volcengine_ark,
};

use super::{Ran, folder, program, run};

/// The key that the fakes accept.
pub(crate) const ID: &str = "TESTACCESSKEYID";
pub(crate) const SECRET: &str = "hush-hush-hush-secret-key";

/// Four fakes with a number of models each, and a configuration file that names them.
pub(crate) struct Clouds {
    pub(crate) aws: Fake<aws_bedrock::AwsBedrock>,
    pub(crate) baidu: Fake<baidu_qianfan::BaiduQianfan>,
    pub(crate) volcengine: Fake<volcengine_ark::VolcengineArk>,
    pub(crate) folder: PathBuf,
    _served: Vec<Served>,
}

fn fake<O: Paginated>(count: usize, set_id: fn(&mut O::Item, String)) -> Fake<O::Service>
where
    O::Item: Default,
{
    let items = (0..count).map(|n| {
        let mut item = O::Item::default();
        set_id(&mut item, format!("model-{n}"));
        item
    });
    let fake = Fake::new().credentials(Credentials::access_key(ID, SECRET));
    fake.on::<O>().items(items);
    fake
}

impl Clouds {
    pub(crate) fn new(name: &str, count: usize) -> Self {
        let aws = fake::<aws_bedrock::ListCustomModels>(count, |model, id| {
            model.model_name = id.clone();
            model.model_arn = id;
        });
        let baidu = fake::<baidu_qianfan::DescribeCustomModelSets>(count, |model, id| {
            model.model_set_id = Some(id);
        });
        let huawei = fake::<huawei_fabric::ListModels>(count, |model, id| model.id = Some(id));
        let volcengine = fake::<volcengine_ark::ListCustomModels>(count, |model, id| model.id = id);
        let served = vec![
            aws.serve().unwrap(),
            baidu.serve().unwrap(),
            huawei.serve().unwrap(),
            volcengine.serve().unwrap(),
        ];
        let folder = folder(name);
        let [aws_url, baidu_url, huawei_url, volcengine_url] =
            [0, 1, 2, 3].map(|index| served[index].url());
        let config = format!(
            "sources:
  - {{cloud: aws-bedrock, label: aws, region: us-east-1, endpoint: '{aws_url}'}}
  - {{cloud: baidu-qianfan, label: baidu, endpoint: '{baidu_url}'}}
  - {{cloud: huawei-fabric, label: huawei, region: cn-north-4, workspace: w, endpoint: '{huawei_url}'}}
  - {{cloud: volcengine-ark, label: volcengine, endpoint: '{volcengine_url}'}}
"
        );
        fs::write(folder.join("cloud-models.yaml"), config).unwrap();
        Self {
            aws,
            baidu,
            volcengine,
            folder,
            _served: served,
        }
    }

    /// Returns the program in the folder of the configuration file, with the keys of the fakes.
    pub(crate) fn program(&self) -> Command {
        let mut command = program();
        command.current_dir(&self.folder);
        for (id, secret) in [
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY"),
            ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"),
            ("VOLCENGINE_ACCESS_KEY", "VOLCENGINE_SECRET_KEY"),
        ] {
            command.env(id, ID).env(secret, SECRET);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(self.program().args(arguments))
    }
}

/// Returns the number of models of each source in a CSV file.
pub(crate) fn count(csv: &str, source: &str) -> usize {
    let column = format!(",{source},");
    csv.lines().filter(|line| line.contains(&column)).count()
}
