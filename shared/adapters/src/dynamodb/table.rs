//! The definitions of the table and its indexes.

use super::attribute;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableInputBuilder;
use aws_sdk_dynamodb::operation::update_table::builders::UpdateTableInputBuilder;
use aws_sdk_dynamodb::operation::update_time_to_live::builders::UpdateTimeToLiveInputBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, Projection, ProjectionType,
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

/// What adds the indexes that a table from before does not have, one of them; `None` if it has all.
pub fn missing_index(
    name: &str,
    found: &[GlobalSecondaryIndexDescription],
) -> Result<Option<UpdateTableInputBuilder>, BuildError> {
    let wanted = table_definition(name)?.build()?;
    let has = |index: &&GlobalSecondaryIndex| found.iter().any(|each| each.index_name() == Some(index.index_name()));
    let Some(index) = wanted.global_secondary_indexes().iter().find(|index| !has(index)) else { return Ok(None) };
    let create = CreateGlobalSecondaryIndexAction::builder()
        .index_name(index.index_name())
        .set_key_schema(Some(index.key_schema().to_vec()))
        .set_projection(index.projection().cloned())
        .build()?;
    let update = GlobalSecondaryIndexUpdate::builder().create(create).build();
    Ok(Some(
        UpdateTableInputBuilder::default()
            .table_name(name)
            .set_attribute_definitions(Some(wanted.attribute_definitions().to_vec()))
            .global_secondary_index_updates(update),
    ))
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
