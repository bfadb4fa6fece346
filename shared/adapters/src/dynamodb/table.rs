//! The definitions of the table and its indexes.

use super::attribute;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableInputBuilder;
use aws_sdk_dynamodb::operation::update_time_to_live::builders::UpdateTimeToLiveInputBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification,
};

pub const DUE_INDEX: &str = "due";

/// The index of the rollups of all accounts.
pub const FLEET_INDEX: &str = "fleet";

/// The definition of the table: keys `pk` and `sk`, paid by request, the sparse index [`DUE_INDEX`] over `due_pk` and
/// `due_sk`, which carries keys and the two attributes that the sweep needs, and the sparse index [`FLEET_INDEX`] over
/// `fleet` and `pk`, which carries whole rollups.
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
    let fleet = GlobalSecondaryIndex::builder()
        .index_name(FLEET_INDEX)
        .key_schema(key(attribute::FLEET, KeyType::Hash)?)
        .key_schema(key(attribute::PK, KeyType::Range)?)
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()?;
    Ok(CreateTableInputBuilder::default()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(text(attribute::PK)?)
        .attribute_definitions(text(attribute::SK)?)
        .attribute_definitions(text(attribute::DUE_PK)?)
        .attribute_definitions(text(attribute::DUE_SK)?)
        .attribute_definitions(text(attribute::FLEET)?)
        .key_schema(key(attribute::PK, KeyType::Hash)?)
        .key_schema(key(attribute::SK, KeyType::Range)?)
        .global_secondary_indexes(index)
        .global_secondary_indexes(fleet))
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
