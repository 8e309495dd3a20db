//! Takes out of a document the components that nothing in it refers to.

use std::collections::BTreeSet;

use serde_json::Value;

const KINDS: [&str; 3] = ["schemas", "responses", "headers"];

/// Takes out what cannot be reached from the paths and the path items.
pub(super) fn unused(document: &mut Value) {
    let mut reached = BTreeSet::new();
    let mut waiting = Vec::new();
    collect(&document["paths"], &mut waiting);
    collect(&document["components"]["pathItems"], &mut waiting);
    while let Some(reference) = waiting.pop() {
        if let Some(target) = reference.strip_prefix('#').and_then(|at| document.pointer(at))
            && reached.insert(reference)
        {
            collect(target, &mut waiting);
        }
    }
    for kind in KINDS {
        if let Some(components) = document["components"][kind].as_object_mut() {
            components.retain(|name, _| reached.contains(&format!("#/components/{kind}/{name}")));
        }
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                references.push(reference.to_owned());
            }
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}
