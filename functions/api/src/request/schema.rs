//! The schema of a request body.

use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder};
use utoipa::openapi::{RefOr, Schema};

/// The schema of a body that is being built.
pub(crate) struct Description(ObjectBuilder);

impl Description {
    pub(crate) fn new(doc: &str) -> Self {
        let only_these = Some(AdditionalProperties::FreeForm(false));
        Self(ObjectBuilder::new().description(Some(text(doc))).additional_properties(only_these))
    }

    pub(crate) fn field<T: super::Field>(self, name: &str, doc: &str) -> Self {
        let property = described(T::schema(), text(doc));
        let object = self.0.property(name, property);
        Self(if T::absent().is_none() { object.required(name) } else { object })
    }

    pub(crate) fn example(self, example: &serde_json::Value) -> Self {
        Self(self.0.examples([example.clone()]))
    }

    pub(crate) fn build(self) -> RefOr<Schema> {
        let mut object: Object = self.0.build();
        // OpenAPI tools read `example` more widely than `examples`.
        object.example = object.examples.pop();
        Schema::Object(object).into()
    }
}

/// The schema with a description; beside a reference, or at the one that is not null.
fn described(schema: RefOr<Schema>, doc: String) -> RefOr<Schema> {
    if doc.is_empty() {
        return schema;
    }
    match schema {
        RefOr::Ref(mut reference) => {
            reference.description = doc;
            reference.into()
        }
        RefOr::T(Schema::Object(mut object)) => {
            object.description = Some(doc);
            Schema::Object(object).into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = Some(doc);
            Schema::Array(array).into()
        }
        RefOr::T(Schema::OneOf(mut choices)) => {
            let first = choices.items.first_mut();
            if let Some(item) = first {
                *item = described(item.clone(), doc);
            }
            Schema::OneOf(choices).into()
        }
        RefOr::T(other) => other.into(),
    }
}

/// A field's description with its default.
pub(crate) fn with_default<T: super::Field>(doc: &str, default: &T) -> String {
    format!("{} Defaults to `{}`.", doc.trim(), default.as_text())
}

/// A doc comment as one paragraph.
fn text(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
