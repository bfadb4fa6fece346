//! `template.yaml` as JSON, with the short forms of `CloudFormation` written out: `!Ref Table` is `{"Ref": "Table"}`,
//! `!GetAtt Table.Arn` is `{"Fn::GetAtt": "Table.Arn"}`.

use saphyr::{LoadableYamlNode, ScalarOwned, YamlOwned};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

pub(crate) const TEXT: &str = include_str!("../../../../../template.yaml");

static TEMPLATE: LazyLock<Value> = LazyLock::new(|| {
    let documents = YamlOwned::load_from_str(TEXT).expect("YAML");
    let [document] = documents.as_slice() else { panic!("{} documents", documents.len()) };
    long_form(document)
});

/// What is at a JSON pointer of the template.
pub(crate) fn at(pointer: &str) -> &'static Value {
    TEMPLATE.pointer(pointer).unwrap_or_else(|| panic!("the template has no {pointer}"))
}

/// A property of a resource.
pub(crate) fn property(resource: &str, path: &str) -> &'static Value {
    at(&format!("/Resources/{resource}/Properties/{path}"))
}

/// A number, which a variable has as a text.
pub(crate) fn number(value: &Value) -> i64 {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().unwrap_or_else(|_| panic!("{value} is not a whole number"))
}

fn long_form(node: &YamlOwned) -> Value {
    match node {
        YamlOwned::Mapping(entries) => {
            let entries =
                entries.iter().map(|(name, value)| (name.as_str().expect("a name").to_owned(), long_form(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        YamlOwned::Sequence(items) => items.iter().map(long_form).collect(),
        YamlOwned::Tagged(tag, value) => {
            let function = match tag.suffix.as_str() {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            json!({ function: long_form(value) })
        }
        YamlOwned::Value(ScalarOwned::String(text)) => json!(text),
        YamlOwned::Value(ScalarOwned::Integer(number)) => json!(number),
        YamlOwned::Value(ScalarOwned::Boolean(flag)) => json!(flag),
        YamlOwned::Value(ScalarOwned::Null) => Value::Null,
        other => panic!("the template has no use for {other:?}"),
    }
}
