//! Changes of one item: which attributes are set, removed and added to, and on which conditions. Every name and value
//! is passed as a placeholder, so that no name is ever a reserved word.

use super::super::write::failure::broken_request;
use super::attribute;
use super::key::Key;
use super::{Attributes, Item};
use app::ports::{Part, StoreError};
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Put, TransactWriteItem, Update};
use std::collections::HashMap;

/// A part of a transaction, with its name.
pub(crate) type Write = (Part, TransactWriteItem);

/// Fills in what all requests with conditions have in common; their builders share no trait.
macro_rules! on_conditions {
    ($change:expr, $request:expr) => {
        $request
            .set_condition_expression($change.condition_expression())
            .set_expression_attribute_names($change.names())
            .set_expression_attribute_values($change.values())
    };
}

/// A change of one item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
    conditions: Vec<String>,
}

impl Change {
    /// A change of an item that exists. Without this condition an update would create it.
    pub(crate) fn of_existing() -> Self {
        Self::default().if_there(attribute::PK)
    }

    /// A change of an item that does not exist yet.
    pub(crate) fn if_absent() -> Self {
        Self::default().unless_there(attribute::PK)
    }

    fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// Sets an attribute, or removes it if it has no value.
    pub(crate) fn set(mut self, attribute: &str, value: Option<AttributeValue>) -> Self {
        let name = self.name(attribute);
        match value {
            Some(value) => {
                let value = self.value(value);
                self.sets.push(format!("{name} = {value}"));
            }
            None => self.removes.push(name),
        }
        self
    }

    /// [`Self::set`] for each.
    pub(crate) fn set_all(self, attributes: Attributes) -> Self {
        attributes.into_iter().fold(self, |change, (name, value)| change.set(name, value))
    }

    /// Adds to a number (an absent one is 0) or to a set (an absent one is empty).
    pub(crate) fn add(mut self, attribute: &str, value: AttributeValue) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.adds.push(format!("{name} {value}"));
        self
    }

    /// Adds to a number; no change where the difference is 0.
    pub(crate) fn add_number(self, attribute: &str, difference: impl Into<i128>) -> Self {
        match difference.into() {
            0 => self,
            difference => self.add(attribute, AttributeValue::N(difference.to_string())),
        }
    }

    /// Adds a condition on an attribute and a value, by their placeholders.
    fn condition(
        mut self,
        attribute: &str,
        value: AttributeValue,
        write: impl FnOnce(String, String) -> String,
    ) -> Self {
        let (name, value) = (self.name(attribute), self.value(value));
        self.conditions.push(write(name, value));
        self
    }

    /// Condition: the attribute has this value, or is absent if the value is `None`.
    pub(crate) fn if_equal(self, attribute: &str, value: Option<AttributeValue>) -> Self {
        match value {
            None => self.unless_there(attribute),
            Some(value) => self.condition(attribute, value, |name, value| format!("{name} = {value}")),
        }
    }

    /// Condition: the attribute exists.
    pub(crate) fn if_there(mut self, attribute: &str) -> Self {
        let name = self.name(attribute);
        self.conditions.push(format!("attribute_exists({name})"));
        self
    }

    /// Condition: the attribute is absent.
    pub(crate) fn unless_there(mut self, attribute: &str) -> Self {
        let name = self.name(attribute);
        self.conditions.push(format!("attribute_not_exists({name})"));
        self
    }

    /// Condition: the attribute is absent or not a number.
    pub(crate) fn unless_number(self, attribute: &str) -> Self {
        let kind = AttributeValue::S("N".to_owned());
        self.condition(attribute, kind, |name, kind| format!("NOT attribute_type({name}, {kind})"))
    }

    /// Condition: the attribute is absent, or has another value.
    pub(crate) fn unless_equal(self, attribute: &str, value: AttributeValue) -> Self {
        self.condition(attribute, value, |name, value| format!("(attribute_not_exists({name}) OR {name} <> {value})"))
    }

    /// Condition: the figure, 0 if it is absent, is below a bound.
    pub(crate) fn if_below(self, attribute: &str, bound: u64) -> Self {
        self.condition(attribute, count(bound), |name, value| match bound {
            0 => format!("{name} < {value}"),
            _ => format!("(attribute_not_exists({name}) OR {name} < {value})"),
        })
    }

    /// Condition: the figure exists and is at least the bound.
    pub(crate) fn if_at_least(self, attribute: &str, bound: u64) -> Self {
        self.condition(attribute, count(bound), |name, value| format!("{name} >= {value}"))
    }

    /// Condition: the figure, 0 if it is absent, has this value.
    pub(crate) fn if_figure(self, attribute: &str, figure: u64) -> Self {
        self.condition(attribute, count(figure), |name, value| match figure {
            0 => format!("(attribute_not_exists({name}) OR {name} = {value})"),
            _ => format!("{name} = {value}"),
        })
    }

    /// Condition: at least one of two figures has reached its bound.
    pub(crate) fn if_either_reached(mut self, one: (&str, u64), other: (&str, u64)) -> Self {
        if one.1 == 0 || other.1 == 0 {
            return self;
        }
        let [one, other] =
            [one, other].map(|(attribute, bound)| format!("{} >= {}", self.name(attribute), self.value(count(bound))));
        self.conditions.push(format!("({one} OR {other})"));
        self
    }

    /// Condition: the set, empty if it is absent, lacks the member.
    pub(crate) fn unless_contains(self, attribute: &str, member: AttributeValue) -> Self {
        self.condition(attribute, member, |name, member| {
            format!("(attribute_not_exists({name}) OR NOT contains({name}, {member}))")
        })
    }

    /// Condition: the item is absent, or its number is at most the bound.
    pub(crate) fn if_absent_or_at_most(mut self, attribute: &str, bound: i64) -> Self {
        let pk = self.name(attribute::PK);
        self.condition(attribute, AttributeValue::N(bound.to_string()), |name, value| {
            format!("(attribute_not_exists({pk}) OR {name} <= {value})")
        })
    }

    fn update_expression(&self) -> String {
        [("SET", &self.sets), ("REMOVE", &self.removes), ("ADD", &self.adds)]
            .into_iter()
            .filter(|(_, parts)| !parts.is_empty())
            .map(|(word, parts)| format!("{word} {}", parts.join(", ")))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn condition_expression(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    /// Fills in a request that updates one item.
    pub(crate) fn update(&self, request: UpdateItemFluentBuilder, key: Key) -> UpdateItemFluentBuilder {
        on_conditions!(self, request.set_key(Some(key.into_item()))).update_expression(self.update_expression())
    }

    /// Fills in a request that puts one item, on this change's conditions.
    pub(crate) fn put(&self, request: PutItemFluentBuilder, item: Item) -> PutItemFluentBuilder {
        on_conditions!(self, request.set_item(Some(item)))
    }

    /// Fills in a request that deletes one item, on this change's conditions.
    pub(crate) fn delete(&self, request: DeleteItemFluentBuilder, key: Key) -> DeleteItemFluentBuilder {
        on_conditions!(self, request.set_key(Some(key.into_item())))
    }

    /// A transaction's update of an item.
    pub(crate) fn into_update(self, part: Part, table: &str, key: Key) -> Result<Write, StoreError> {
        let update = Update::builder().table_name(table).set_key(Some(key.into_item()));
        let update = on_conditions!(self, update).update_expression(self.update_expression()).build();
        Ok((part, TransactWriteItem::builder().update(update.map_err(broken_request)?).build()))
    }

    /// A transaction's put of an item, on this change's conditions.
    pub(crate) fn into_put(self, part: Part, table: &str, item: Item) -> Result<Write, StoreError> {
        let put = on_conditions!(self, Put::builder().table_name(table).set_item(Some(item))).build();
        Ok((part, TransactWriteItem::builder().put(put.map_err(broken_request)?).build()))
    }

    /// A transaction's condition on an item that it does not change.
    pub(crate) fn into_check(self, part: Part, table: &str, key: Key) -> Result<Write, StoreError> {
        let check = ConditionCheck::builder().table_name(table).set_key(Some(key.into_item()));
        let check = on_conditions!(self, check).build().map_err(broken_request)?;
        Ok((part, TransactWriteItem::builder().condition_check(check).build()))
    }
}

fn count(figure: u64) -> AttributeValue {
    AttributeValue::N(figure.to_string())
}
