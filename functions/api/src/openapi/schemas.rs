//! The names and formats of bodies.

use super::put;
use serde_json::{Map, Value, json};

/// The prefix of references to schemas.
const PREFIX: &str = "#/components/schemas/";
/// The schemas that can be patched, and the schemas inside them.
const PATCHED: [&str; 7] = ["Account", "Configuration", "OwnModel", "Overrides", "Prices", "Profile", "Repository"];
/// The end of the name of a schema whose members are members of the schemas that contain it.
const PART: &str = "Part";
/// The prefix in the name of a list, before the name of its items.
const LIST: &str = "ListBody_";

/// Gives every schema its public name, and every text the format that follows from its name.
pub(super) fn complete(document: &mut Value) {
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        merge_parts(schemas);
        add_patches(schemas);
        let named = std::mem::take(schemas).into_iter().map(|(name, mut schema)| {
            if let Some(item) = name.strip_prefix(LIST) {
                put(&mut schema, &["properties", "data", "items"], json!({"$ref": format!("{PREFIX}{item}")}));
            }
            (public_name(&name), schema)
        });
        *schemas = named.collect();
        for (name, schema) in schemas {
            if !["Request", "Patch", "Entry"].iter().any(|of_request| name.ends_with(of_request)) {
                require_nullable(schema);
            }
            add_formats(schema);
        }
    }
    rename(document, &|name| Some(public_name(name)));
}

/// Replaces the parts of a record by their members, after the record's own.
fn merge_parts(schemas: &mut Map<String, Value>) {
    let named = std::mem::take(schemas).into_iter();
    let (parts, mut records): (Map<_, _>, Map<_, _>) = named.partition(|(name, _)| name.ends_with(PART));
    let part = |item: &Value| parts.get(item.get("$ref")?.as_str()?.strip_prefix(PREFIX)?);
    for record in records.values_mut().filter_map(Value::as_object_mut) {
        let Some(Value::Array(items)) = record.get("allOf") else { continue };
        let Some(Value::Object(mut own)) = items.last().cloned() else { continue };
        let found: Vec<&Value> = items.iter().filter_map(part).collect();
        if !found.is_empty() {
            for part in found {
                add_members(&mut own, part);
            }
            record.remove("allOf");
            record.extend(own);
        }
    }
    *schemas = records;
}

fn add_members(own: &mut Map<String, Value>, part: &Value) {
    for name in ["properties", "required"] {
        match (own.get_mut(name), part.get(name)) {
            (Some(Value::Object(own)), Some(Value::Object(more))) => own.extend(more.clone()),
            (Some(Value::Array(own)), Some(Value::Array(more))) => own.extend(more.clone()),
            _ => {}
        }
    }
}

/// An answer has every member; an unknown value is null. A member that is absent instead can't be null.
fn require_nullable(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        require_nullable(part);
    }
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let nullable: Vec<Value> =
        properties.filter(|(_, property)| is_nullable(property)).map(|(name, _)| json!(name)).collect();
    if nullable.is_empty() {
        return;
    }
    let mut required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    required.extend(nullable);
    put(schema, &["required"], Value::Array(required));
}

fn is_nullable(property: &Value) -> bool {
    let choices = property.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    is_a(property, "null") || choices.into_iter().any(|choice| is_a(choice, "null"))
}

/// Adds a patch for every request that can be merged into a record: the same members, none of them required.
fn add_patches(schemas: &mut Map<String, Value>) {
    for record in PATCHED {
        let Some(mut schema) = schemas.get(&format!("{record}RequestBody")).cloned() else { continue };
        patch_references(&mut schema);
        if let Some(members) = schema.as_object_mut() {
            members.remove("required");
            members.remove("example");
            members.insert("description".to_owned(), json!("Changes of a record. Absent members are unchanged."));
        }
        schemas.insert(format!("{record}PatchBody"), schema);
    }
}

/// Makes references to requests refer to their patches.
pub(super) fn patch_references(value: &mut Value) {
    rename(value, &|name| Some(format!("{}PatchBody", name.strip_suffix("RequestBody")?)));
}

/// The public name of a body: `Run` for `RunBody`, `RunList` for `ListBody_RunBody`.
fn public_name(name: &str) -> String {
    match name.strip_prefix(LIST) {
        Some(item) => format!("{}List", public_name(item)),
        None => name.strip_suffix("Body").unwrap_or(name).to_owned(),
    }
}

/// Renames the schemas that a value refers to.
fn rename(value: &mut Value, renamed: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let name = member.as_str().filter(|_| key == "$ref").and_then(|text| text.strip_prefix(PREFIX));
                match name.and_then(renamed) {
                    Some(name) => *member = json!(format!("{PREFIX}{name}")),
                    None => rename(member, renamed),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        _ => {}
    }
}

/// Adds formats by names: ids are UUIDs, what is `…_at` is an instant, and so is a month.
fn add_formats(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        add_formats(part);
    }
    if let Some(items) = schema.get_mut("items") {
        add_formats(items);
    }
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        match format_of(name) {
            Some(format) if is_a(property, "string") => add_format(property, format),
            _ => add_formats(property),
        }
    }
}

/// Adds a format, unless the property has one of its own.
fn add_format(property: &mut Value, format: &str) {
    if property.get("format").is_none() {
        put(property, &["format"], json!(format));
    }
}

/// Whether a schema's type is this one, or includes it.
fn is_a(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => kind == wanted,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        _ => false,
    }
}

/// The format of texts of this name.
pub(super) fn format_of(name: &str) -> Option<&'static str> {
    match name {
        "request_id" | "client_id" => None,
        "as_of" | "month" | "usage_month" => Some("date-time"),
        "date" => Some("date"),
        _ if name.ends_with("_at") || name.ends_with("At") => Some("date-time"),
        _ if name == "id" || name.ends_with("_id") => Some("uuid"),
        _ => None,
    }
}
