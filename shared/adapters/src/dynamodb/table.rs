//! The definitions of the table and its index.

use super::attribute;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableInputBuilder;
use aws_sdk_dynamodb::operation::update_time_to_live::builders::UpdateTimeToLiveInputBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification,
};

pub const DUE_INDEX: &str = "due";

/// The definition of the table: keys `pk` and `sk`, paid by request, and the sparse index [`DUE_INDEX`] over `due_pk`
/// and `due_sk`, which carries keys and the two attributes that the sweep needs.
pub fn table_definition(name: &str) -> Result<CreateTableInputBuilder, BuildError> {
    let index = GlobalSecondaryIndex::builder()
        .index_name(DUE_INDEX)
        .key_schema(key(attribute::DUE_PK, KeyType::Hash)?)
        .key_schema(key(attribute::DUE_SK, KeyType::Range)?)
        .projection(
            Projection::builder()
                .projection_type(ProjectionType::Include)
                .non_key_attributes(attribute::NEXT_RUN_AT)
                .non_key_attributes(attribute::DELIVERY_ATTEMPTS)
                .build(),
        )
        .build()?;
    Ok(CreateTableInputBuilder::default()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(text(attribute::PK)?)
        .attribute_definitions(text(attribute::SK)?)
        .attribute_definitions(text(attribute::DUE_PK)?)
        .attribute_definitions(text(attribute::DUE_SK)?)
        .key_schema(key(attribute::PK, KeyType::Hash)?)
        .key_schema(key(attribute::SK, KeyType::Range)?)
        .global_secondary_indexes(index))
}

/// The definition of expiry: the table removes records whose `expires_at`, in seconds since 1970, has passed.
pub fn expiry_definition(name: &str) -> Result<UpdateTimeToLiveInputBuilder, BuildError> {
    let expiry = TimeToLiveSpecification::builder().enabled(true).attribute_name(attribute::EXPIRES_AT).build()?;
    Ok(UpdateTimeToLiveInputBuilder::default().table_name(name).time_to_live_specification(expiry))
}

fn key(attribute: &str, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder().attribute_name(attribute).key_type(kind).build()
}

fn text(attribute: &str) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder().attribute_name(attribute).attribute_type(ScalarAttributeType::S).build()
}
