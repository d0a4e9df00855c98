"""Lets the vendors' own SDKs for Python page through `cloud-models fake`.

    pip install boto3 qianfan huaweicloudsdkdataartsfabric volcenginesdk-core
    cargo build --package cloud-models-cli
    python cli/examples/sdks.py target/debug/cloud-models

The SDKs sign, the fakes verify the signatures. Each SDK must get every model once, and an error that it understands if its key is
wrong. The script starts the fakes and stops them. Not part of `cargo test`.
"""

import os
import subprocess
import sys
import time

MODELS = 250


def fakes(program):
    """Starts the fakes. Returns the process, and the URLs by cloud; sets the variables that they print."""
    process = subprocess.Popen(
        [program, "fake", "--models", str(MODELS)], stdout=subprocess.PIPE, text=True
    )
    urls = {}
    for line in process.stdout:
        if line.startswith("export "):
            name, value = line.removeprefix("export ").strip().split("=", 1)
            os.environ[name] = value.strip("'")
        elif ": http://" in line:
            cloud, url = line.removeprefix("# ").strip().split(": ")
            urls[cloud] = url
        elif "scheme, configuration.host" in line:
            break
    return process, urls


def aws(_, secret):
    import boto3

    client = boto3.client(
        "bedrock",
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or os.environ["AWS_SECRET_ACCESS_KEY"],
    )
    pages = client.get_paginator("list_custom_models").paginate(PaginationConfig={"PageSize": 100})
    pages = [page["modelSummaries"] for page in pages]
    return [model["modelArn"] for page in pages for model in page], len(pages)


def baidu(_, secret):
    import qianfan
    from qianfan.resources.console.model import Model

    qianfan.get_config().SECRET_KEY = secret or os.environ["QIANFAN_SECRET_KEY"]
    models, pages, marker = [], 0, None
    while True:
        result = Model.V2.describe_custom_model_sets(marker=marker, max_keys=100)["result"]
        models += [model["modelSetId"] for model in result["customModelSetList"]]
        pages += 1
        if not result["pageInfo"]["isTruncated"]:
            return models, pages
        marker = result["pageInfo"]["nextMarker"]


def huawei(_, secret):
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkcore.region.region import Region
    from huaweicloudsdkdataartsfabric.v1 import DataArtsFabricClient, ListModelsRequest

    key = os.environ["HUAWEICLOUD_SDK_AK"], secret or os.environ["HUAWEICLOUD_SDK_SK"]
    endpoint = os.environ["HUAWEICLOUD_SDK_REGION_DATAARTSFABRIC_CN_NORTH_4"]
    credentials = BasicCredentials(*key, project_id="fake-project")
    builder = DataArtsFabricClient.new_builder().with_credentials(credentials)
    client = builder.with_region(Region("cn-north-4", endpoint)).build()
    models, pages = [], 0
    while True:
        page = client.list_models(ListModelsRequest(workspace_id="w", limit=100, offset=len(models)))
        models += [model.id for model in page.models]
        pages += 1
        if len(models) >= page.total:
            return models, pages


def volcengine(url, secret):
    import volcenginesdkcore

    configuration = volcenginesdkcore.Configuration()
    configuration.scheme, configuration.host = url.split("://")
    configuration.region = os.environ["VOLCSTACK_REGION"]
    configuration.ak = os.environ["VOLCENGINE_ACCESS_KEY"]
    configuration.sk = secret or os.environ["VOLCENGINE_SECRET_KEY"]
    api = volcenginesdkcore.UniversalApi(volcenginesdkcore.ApiClient(configuration))
    # The SDK has no method for this operation.
    info = volcenginesdkcore.UniversalInfo(
        method="POST",
        service="ark",
        version="2024-01-01",
        action="ListCustomModels",
        content_type="application/json",
    )
    models, pages = [], 0
    while True:
        page = api.do_call(info, {"PageNumber": pages + 1, "PageSize": 100})
        models += [model["Id"] for model in page["Items"]]
        pages += 1
        if len(models) >= page["TotalCount"]:
            return models, pages


SDKS = {
    "Amazon Bedrock": aws,
    "Baidu Qianfan": baidu,
    "Huawei DataArts Fabric": huawei,
    "Volcengine Ark": volcengine,
}


def main(program):
    process, urls = fakes(program)
    failed = False
    try:
        for cloud, sdk in SDKS.items():
            begin = time.monotonic()
            models, pages = sdk(urls[cloud], None)
            seconds = time.monotonic() - begin
            good = len(models) == len(set(models)) == MODELS
            try:
                sdk(urls[cloud], "a-wrong-secret-key")
                refusal = None
            except Exception as error:  # Each SDK has an exception class of its own.
                refusal = " ".join(str(error).split())
            print(f"{cloud}: {len(models)} models on {pages} pages in {seconds:.1f} s, {len(set(models))} different")
            print(f"    with a wrong key: {(refusal or 'accepted')[:160]}")
            failed |= not good or refusal is None
    finally:
        process.terminate()
        process.wait()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
