//! Queries on a spec that several parts of the generator need.

use std::collections::BTreeSet;

use super::{Auth, BUILT_IN, Field, Location, OperationBlock, Piece, Source, Spec, Type, TypeKind};

impl<'a> Spec<'a> {
    /// Returns the type with the given name.
    pub(crate) fn named_type(&self, name: &str) -> Option<&Type<'a>> {
        self.types.get(*self.index.get(name)?)
    }

    /// Returns every authentication scheme, of the service and of its operations.
    pub(crate) fn schemes(&self) -> impl Iterator<Item = &Piece<'a, Auth>> {
        let of_operations = self.operations.iter().flat_map(|each| &each.auth);
        self.auth.iter().chain(of_operations.flatten())
    }

    /// Returns the fields of the structure with the given name.
    pub(crate) fn fields_of(&self, name: &str) -> Option<&[Piece<'a, Field>]> {
        match &self.named_type(name)?.kind {
            TypeKind::Structure(fields) => Some(fields),
            TypeKind::Enum(_) | TypeKind::Union(_) | TypeKind::Broken => None,
        }
    }

    /// Returns the members of the union with the given name.
    pub(crate) fn members_of(&self, name: &str) -> Option<&[Piece<'a, Field>]> {
        match &self.named_type(name)?.kind {
            TypeKind::Union(members) => Some(members),
            TypeKind::Structure(_) | TypeKind::Enum(_) | TypeKind::Broken => None,
        }
    }

    /// Whether a name is that of a built-in type or of one under `types:`.
    pub(crate) fn is_type(&self, name: &str) -> bool {
        BUILT_IN.contains(&name) || self.named_type(name).is_some()
    }

    /// Returns the fields along a path that starts at a structure, or the index of the first name that does not exist.
    pub(crate) fn walk(
        &self,
        structure: &str,
        path: &str,
    ) -> Result<Vec<&Piece<'a, Field>>, usize> {
        let mut way: Vec<&Piece<'a, Field>> = Vec::new();
        for (index, name) in path.split('.').enumerate() {
            let structure = match way.last() {
                None => structure,
                Some(field) if !field.value.ty.is_single() => return Err(index),
                Some(field) => field.value.ty.name.as_str(),
            };
            let field = self
                .fields_of(structure)
                .and_then(|fields| fields.iter().find(|field| field.name == name));
            way.push(field.ok_or(index)?);
        }
        Ok(way)
    }

    /// Returns the types that occur in requests.
    pub(crate) fn inputs(&self) -> Vec<&Type<'a>> {
        let parameters = self
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters);
        self.reached(
            parameters
                .map(|(_, field)| field.value.ty.name.as_str())
                .collect(),
        )
    }

    /// Returns the names of the structures that are whole responses: outputs of operations, and details of errors.
    pub(crate) fn whole_outputs(&self) -> impl Iterator<Item = &str> {
        let outputs = self
            .operations
            .iter()
            .filter_map(|operation| operation.block.value.output());
        outputs.chain(self.details())
    }

    /// Returns the names of the structures with details of errors.
    pub(crate) fn details(&self) -> impl Iterator<Item = &str> {
        let codes = self.codes.iter();
        codes.filter_map(|code| code.value.details.as_deref())
    }

    /// Returns the types that occur in responses.
    pub(crate) fn outputs(&self) -> Vec<&Type<'a>> {
        self.reached(self.whole_outputs().collect())
    }

    /// Whether replies to an operation have a body that is read: its output has fields in the body, or cannot be read here.
    pub(crate) fn reads_body(&self, operation: &OperationBlock) -> bool {
        let is_in_body = |field: &Piece<'_, Field>| field.value.is_in_body();
        operation.output().is_some_and(|output| {
            let fields = self.fields_of(output);
            fields.is_none_or(|fields| fields.iter().any(is_in_body))
        })
    }

    /// Whether a value of the client, `region` or `project`, is in the path or before the host of an operation.
    pub(crate) fn has_in_urls(&self, name: &str) -> bool {
        let placeholder = format!("{{{name}}}");
        let has = |text: Option<&str>| text.is_some_and(|text| text.contains(&placeholder));
        self.operations.iter().any(|operation| {
            let block = &operation.block.value;
            let path = block.http.as_ref().map(|http| http.path.as_str());
            let mut parameters = operation.parameters.iter();
            let in_path = parameters
                .any(|(location, field)| *location == Location::Path && field.name == name);
            !in_path && (has(path) || has(block.host_prefix.as_deref()))
        })
    }

    /// Returns the field of a structure that is the whole body.
    pub(crate) fn payload_of(&self, structure: &str) -> Option<&Piece<'a, Field>> {
        let mut fields = self.fields_of(structure)?.iter();
        fields.find(|field| field.value.from == Some(Source::Payload))
    }

    /// Returns the types with the given names, and all types that they contain.
    pub(crate) fn reached<'s>(&'s self, mut open: Vec<&'s str>) -> Vec<&'s Type<'a>> {
        let mut reached: Vec<&Type<'a>> = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            let Some(ty) = self.named_type(name).filter(|_| seen.insert(name)) else {
                continue;
            };
            reached.push(ty);
            open.extend(ty.fields().iter().map(|field| field.value.ty.name.as_str()));
        }
        reached
    }

    /// Returns the names of members that are pagination cursors, even if they look like something else.
    pub(crate) fn cursors(&self) -> BTreeSet<&str> {
        let blocks = self.operations.iter().map(|each| &each.block.value);
        let pagings = blocks.filter_map(|block| block.pagination.as_ref());
        let names = pagings.flat_map(|paging| {
            let path = paging.response.as_deref().unwrap_or_default();
            [
                paging.request.as_deref().unwrap_or_default(),
                path.rsplit('.').next().unwrap_or_default(),
            ]
        });
        names.collect()
    }

    /// Returns the groups of members in which names must be unique: the parameters of each operation, the fields of each
    /// structure, and the members of each union.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Vec<&Piece<'a, Field>>> {
        let parameters = self.operations.iter().map(|operation| {
            let fields = operation.parameters.iter().map(|(_, field)| field);
            fields.collect()
        });
        parameters.chain(self.types.iter().map(|ty| ty.fields().iter().collect()))
    }

    /// Returns every parameter, every field and every member of a union.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Piece<'a, Field>> {
        let parameters = self
            .operations
            .iter()
            .flat_map(|operation| &operation.parameters)
            .map(|(_, field)| field);
        parameters.chain(self.types.iter().flat_map(Type::fields))
    }
}

impl<'a> Type<'a> {
    /// Returns the fields of a structure or the members of a union, or an empty slice for any other type.
    pub(crate) fn fields(&self) -> &[Piece<'a, Field>] {
        match &self.kind {
            TypeKind::Structure(fields) | TypeKind::Union(fields) => fields,
            TypeKind::Enum(_) | TypeKind::Broken => &[],
        }
    }
}
