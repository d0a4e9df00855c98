//! Questions that several parts of the generator have about a spec.

use std::collections::BTreeSet;

use super::{Field, Piece, Spec, Type, TypeKind};

impl<'a> Spec<'a> {
    /// The type of that name.
    pub(crate) fn named_type(&self, name: &str) -> Option<&Type<'a>> {
        self.types.get(*self.index.get(name)?)
    }

    /// The fields of the structure of that name.
    pub(crate) fn fields_of(&self, name: &str) -> Option<&[Piece<'a, Field>]> {
        match &self.named_type(name)?.kind {
            TypeKind::Structure(fields) => Some(fields),
            TypeKind::Enum(_) | TypeKind::Broken => None,
        }
    }

    /// The fields on the way from a structure along a path, or the index of the name that leads nowhere.
    pub(crate) fn walk(
        &self,
        structure: &str,
        path: &str,
    ) -> Result<Vec<&Piece<'a, Field>>, usize> {
        let mut way: Vec<&Piece<'a, Field>> = Vec::new();
        for (index, name) in path.split('.').enumerate() {
            let structure = match way.last() {
                None => structure,
                Some(field) if field.value.ty.list => return Err(index),
                Some(field) => field.value.ty.name.as_str(),
            };
            let field = self
                .fields_of(structure)
                .and_then(|fields| fields.iter().find(|field| field.name == name));
            way.push(field.ok_or(index)?);
        }
        Ok(way)
    }

    /// The types that occur in requests.
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

    /// The types that occur in replies.
    pub(crate) fn outputs(&self) -> Vec<&Type<'a>> {
        let outputs = self
            .operations
            .iter()
            .filter_map(|operation| operation.block.value.response.as_deref());
        self.reached(outputs.collect())
    }

    /// The types of these names, and all that they hold.
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

    /// Names of members that say where a page begins, whatever else they look like.
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

    /// The blocks of members that stand beside each other: the parameters of each operation, the fields of each structure.
    pub(crate) fn groups(&self) -> impl Iterator<Item = Vec<&Piece<'a, Field>>> {
        let parameters = self.operations.iter().map(|operation| {
            let fields = operation.parameters.iter().map(|(_, field)| field);
            fields.collect()
        });
        parameters.chain(self.types.iter().map(|ty| ty.fields().iter().collect()))
    }

    /// Every parameter and every field.
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
    /// The fields of a structure; none of anything else.
    pub(crate) fn fields(&self) -> &[Piece<'a, Field>] {
        match &self.kind {
            TypeKind::Structure(fields) => fields,
            TypeKind::Enum(_) | TypeKind::Broken => &[],
        }
    }
}
