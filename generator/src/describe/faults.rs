//! Operations that cannot be read, because of a fault in them or in a type that they need.

use std::collections::{BTreeMap, HashMap};

use super::description::{
    Field, Operation, Shape, Skipped, Type, TypeId, TypeKind, UnreadableOperation,
};
use super::document::Unreadable;
use super::text;

/// Faults by the type that has them.
pub(super) type Faults = HashMap<TypeId, Unreadable>;

/// Separates operations from those that have a fault, which are named in `skipped`.
pub(super) fn separate(
    operations: Vec<(Operation, Option<Unreadable>)>,
    types: &[Type],
    faults: &Faults,
    skipped: &mut Skipped,
) -> (Vec<Operation>, Vec<UnreadableOperation>) {
    let reaching = reaching(types, faults);
    let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
    for (operation, fault) in operations {
        let shapes = operation.parameters.iter().map(|field| &field.shape);
        let ids = shapes.filter_map(|shape| match shape.innermost() {
            Shape::Named(id) => Some(*id),
            _ => None,
        });
        let details = operation.errors.iter().filter_map(|error| error.details);
        let mut ids = ids.chain(operation.output).chain(details);
        let behind = ids.find_map(|id| reaching.get(&id));
        let behind = behind.and_then(|id| faults.get(id)).cloned();
        match fault.or(behind) {
            None => readable.push(operation),
            Some(why) => {
                let what = format!(
                    "the operation `{}`, which cannot be read: {}",
                    operation.name,
                    why.why()
                );
                *skipped.entry(text::printable(&what)).or_default() += 1;
                unreadable.push(UnreadableOperation { operation, why });
            }
        }
    }
    (readable, unreadable)
}

/// Returns the types that hold a type with a fault, with that type.
fn reaching(types: &[Type], faults: &Faults) -> BTreeMap<TypeId, TypeId> {
    let mut reaching = BTreeMap::new();
    if faults.is_empty() {
        return reaching;
    }
    let mut holders: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
    for (index, item) in types.iter().enumerate() {
        let fields: &[Field] = match &item.kind {
            TypeKind::Structure(fields) | TypeKind::Union(fields) => fields,
            TypeKind::Enum(_) => &[],
        };
        for field in fields {
            if let Shape::Named(id) = field.shape.innermost() {
                holders.entry(*id).or_default().push(TypeId(index));
            }
        }
    }
    let mut open: Vec<(TypeId, TypeId)> = faults.keys().map(|id| (*id, *id)).collect();
    open.sort_unstable();
    while let Some((id, fault)) = open.pop() {
        if reaching.contains_key(&id) {
            continue;
        }
        reaching.insert(id, fault);
        let holders = holders.get(&id).into_iter().flatten();
        open.extend(holders.map(|holder| (*holder, fault)));
    }
    reaching
}
