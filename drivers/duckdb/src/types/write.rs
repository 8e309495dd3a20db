//! Values into a new chunk.

use hypostyle_core::{Result, ValueRef};

use super::Misfit;
use super::bind::{are_fields, field};
use super::fit::fit;
use crate::errors::of_value;
use crate::raw::{Shape, Slot};

/// Writes a value into its place.
///
/// # Errors
/// Within the result, why it does not fit; beside it, that of the library.
pub(crate) fn write(
    slot: &mut Slot<'_>,
    value: ValueRef<'_>,
    shape: &Shape,
) -> Result<Result<(), Misfit>> {
    match (value, shape) {
        (ValueRef::List(list), Shape::List(item)) => {
            let count = list.iter().count();
            write_items(slot, list.iter(), count, item)
        }
        (ValueRef::Vector(vector), Shape::List(item)) => {
            write_items(slot, vector.iter().map(ValueRef::F32), vector.len(), item)
        }
        (ValueRef::List(list), Shape::Array(item, count)) if list.iter().count() == *count => {
            write_parts(slot, list.iter().map(|value| (value, &**item)))
        }
        (ValueRef::Vector(vector), Shape::Array(item, count)) if vector.len() == *count => {
            write_parts(slot, vector.iter().map(|float| (ValueRef::F32(float), &**item)))
        }
        (ValueRef::Map(map), Shape::Struct(fields)) if are_fields(map, fields) => {
            write_parts(slot, fields.iter().map(|(name, shape)| (field(map, name), shape)))
        }
        (ValueRef::Map(map), Shape::Map(entry)) => {
            let place = slot.begin_list(map.iter().count()).map_err(of_value)?;
            for (at, (name, value)) in map.iter().enumerate() {
                let parts = [(ValueRef::Text(name), &entry.0), (value, &entry.1)];
                for (part, is_value) in parts.into_iter().zip([false, true]) {
                    let Some(mut inner) = slot.item(&place, at, is_value) else { continue };
                    if let Err(misfit) = write(&mut inner, part.0, part.1)? {
                        return Ok(Err(misfit));
                    }
                }
            }
            Ok(Ok(()))
        }
        (value, shape) => match fit(value, shape) {
            Ok(plain) => slot.write(plain).map(Ok).map_err(of_value),
            Err(misfit) => Ok(Err(misfit)),
        },
    }
}

fn write_items<'v>(
    slot: &mut Slot<'_>,
    items: impl Iterator<Item = ValueRef<'v>>,
    count: usize,
    shape: &Shape,
) -> Result<Result<(), Misfit>> {
    let place = slot.begin_list(count).map_err(of_value)?;
    for (at, value) in items.enumerate() {
        let Some(mut inner) = slot.item(&place, at, true) else { continue };
        if let Err(misfit) = write(&mut inner, value, shape)? {
            return Ok(Err(misfit));
        }
    }
    Ok(Ok(()))
}

fn write_parts<'v, 's>(
    slot: &mut Slot<'_>,
    parts: impl Iterator<Item = (ValueRef<'v>, &'s Shape)>,
) -> Result<Result<(), Misfit>> {
    for (at, (value, shape)) in parts.enumerate() {
        let Some(mut inner) = slot.part(at) else { continue };
        if let Err(misfit) = write(&mut inner, value, shape)? {
            return Ok(Err(misfit));
        }
    }
    Ok(Ok(()))
}
