//! [`Manifest`], the parts of a `Cargo.toml` that the generator needs.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// A `Cargo.toml`.
pub(crate) struct Manifest(Table);

impl Manifest {
    /// Parses a manifest, or returns the place of the syntax error.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error| error.to_string())
    }

    /// Returns the version that the workspace declares.
    pub(crate) fn workspace_version(&self) -> Option<&str> {
        let workspace = self.0.get("workspace")?;
        workspace.get("package")?.get("version")?.as_str()
    }

    /// Returns the features that represent a spec, which are those that enable nothing else.
    pub(crate) fn services(&self) -> BTreeSet<String> {
        let services = self.features().filter(|(_, parts)| parts.is_empty());
        services.map(|(name, _)| name.to_owned()).collect()
    }

    /// Returns the members of `default` that are services, or that are not defined as features.
    pub(crate) fn default_services(&self) -> BTreeSet<String> {
        let parts = self.features().find(|(name, _)| *name == "default");
        let parts = parts.into_iter().flat_map(|(_, parts)| parts);
        let names = parts.filter_map(Value::as_str);
        let services = names.filter(|name| !self.is_taken(name));
        services.map(str::to_owned).collect()
    }

    /// Whether a feature enables crates or other features, so that no spec can have its name.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        let mut features = self.features();
        features.any(|(feature, parts)| feature == name && !parts.is_empty())
    }

    fn features(&self) -> impl Iterator<Item = (&str, &[Value])> {
        let table = self.0.get("features").and_then(Value::as_table);
        let rows = table.into_iter().flatten();
        rows.filter_map(|(name, parts)| Some((name.as_str(), parts.as_array()?.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
        names.map(str::to_owned).into()
    }

    #[test]
    fn features_are_read_however_they_are_written() {
        let manifest = Manifest::parse(
            "[features] # all\n\"default\" = [\n  'aws-bedrock', # first\n  \"hyper\", \"gone\",\n]\naws-bedrock=[]\n\
             baidu-qianfan = [ ]\nhyper = [\"dep:hyper\"]\n[workspace.package]\nversion = '1.2.3'\n",
        )
        .unwrap();
        assert_eq!(manifest.services(), names(["aws-bedrock", "baidu-qianfan"]));
        assert_eq!(manifest.default_services(), names(["aws-bedrock", "gone"]));
        assert_eq!(manifest.workspace_version(), Some("1.2.3"));
        let dotted = Manifest::parse("workspace.package = {version = \"2.0.0\"}").unwrap();
        assert_eq!(dotted.workspace_version(), Some("2.0.0"));
        assert!(dotted.services().is_empty());
        assert!(Manifest::parse("[features").is_err());
    }
}
