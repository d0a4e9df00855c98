//! The parts of a URL that parameters are put into: the path, and what stands before the host.

use percent_encoding::utf8_percent_encode;

use super::request::Problem;
use crate::config::{ResolvedConfig, check_region, is_host_label, missing_region};
use crate::encode::{RESERVED, RESERVED_IN_PATH};
use crate::schema::Violations;
use crate::service::{Operation, Scheme, ServiceInfo, schemes};

/// Rules of labels.
const SEGMENT: &str = "path segment";
const SEGMENTS: &str = "path segments";

/// Path and prefix of the host, in which labels are replaced one by one.
///
/// Values that would lead to another resource or host are refused even if limits are not checked.
pub(super) struct Url {
    pub(super) path: String,
    pub(super) host_prefix: String,
    keeps_slashes_out: bool,
}

impl Url {
    /// Begins the URL of an operation. If it changes something, and a signature of its service does not tell an escaped slash
    /// from another one, then a slash in a label could make it change something else.
    pub(super) fn new<O: Operation>() -> Self {
        let mut schemes = schemes::<O>().iter();
        Self {
            path: O::HTTP.path.to_owned(),
            host_prefix: O::HTTP.host_prefix.to_owned(),
            keeps_slashes_out: !O::READ_ONLY && schemes.any(Scheme::signs_decoded_path),
        }
    }

    /// Puts a value into the path, in place of `{name}` or of the greedy `{name+}`, in which slashes stay.
    pub(super) fn push_label(&mut self, name: &str, value: &str, violations: &mut Violations) {
        let greedy = format!("{{{name}+}}");
        let (label, encoded, rule) = match self.path.contains(&greedy) {
            true => (greedy, RESERVED_IN_PATH, SEGMENTS),
            false => (format!("{{{name}}}"), RESERVED, SEGMENT),
        };
        let text = utf8_percent_encode(value, encoded).to_string();
        let leads_elsewhere = |segment: &str| matches!(segment, "" | "." | "..");
        if text.split('/').any(leads_elsewhere)
            || rule == SEGMENT && self.keeps_slashes_out && value.contains('/')
        {
            violations.push(name, rule, value);
        }
        self.path = self.path.replace(&label, &text);
    }

    /// Returns whether a value is still to be put before the host.
    pub(super) fn has_labels_of_host(&self) -> bool {
        self.host_prefix.contains('{')
    }

    /// Puts a value before the host, in place of `{name}`, if it is there.
    pub(super) fn push_host_label(&mut self, name: &str, value: &str, violations: &mut Violations) {
        let label = format!("{{{name}}}");
        if !self.host_prefix.contains(&label) {
            return;
        }
        if !is_host_label(value) {
            violations.push(name, "host label", value);
        }
        self.host_prefix = self.host_prefix.replace(&label, value);
    }

    /// Puts region and project ID in place of `{region}` and `{project}`, which no parameter replaced.
    pub(super) fn push_values_of(
        &mut self,
        config: &ResolvedConfig,
        violations: &mut Violations,
    ) -> Result<(), Problem> {
        let is_open = |url: &Self, label: &str| {
            [&url.path, &url.host_prefix]
                .iter()
                .any(|text| text.contains(label))
        };
        if is_open(self, "{region}") {
            let region = config.target.region.as_deref();
            let region = region.ok_or_else(|| Problem::Config(missing_region(config.service)))?;
            check_region(region)
                .map_err(|problem| Problem::Config(format!("invalid region: {problem}")))?;
            self.push_label("region", region, violations);
            self.push_host_label("region", region, violations);
        }
        if is_open(self, "{project}") {
            let project = config.options.project_id.as_deref();
            let project =
                project.ok_or_else(|| Problem::Config(missing_project(config.service)))?;
            self.push_label("project", project, violations);
            self.push_host_label("project", project, violations);
        }
        Ok(())
    }
}

fn missing_project(service: &ServiceInfo) -> String {
    match service.project_env {
        [] => {
            "missing project ID: set `Config::project_id`; no environment variable is read for it"
                .to_owned()
        }
        names => format!(
            "missing project ID: set `Config::project_id` or the environment variable {}",
            names.join(" or ")
        ),
    }
}
