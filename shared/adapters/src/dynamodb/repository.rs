//! Repositories as items.

use super::item::{bytes, instant, instant_of, item, number, text};
use super::{DynamoStore, Item, Key, Record, attribute, key};
use app::ports::{Page, PageCursor, Repositories, StoreError};
use async_trait::async_trait;
use domain::id::{RepositoryId, UserId};
use domain::repository::{Location, Provider, Repository, Sealed};
use url::Url;

const NAME: &str = "name";
/// Absent for a path of this machine.
const PROVIDER: &str = "provider";
/// The address, or the path.
const LOCATION: &str = "url";
const TOKEN: &str = "token";

pub(crate) fn to_item(repository: &Repository) -> Item {
    let provider = match &repository.location {
        Location::Host { provider, .. } => text(provider.as_str()),
        Location::Path(_) => None,
    };
    item(
        Key::repository(repository.user, repository.id),
        vec![
            (NAME, text(&repository.name)),
            (PROVIDER, provider),
            (LOCATION, text(repository.location.text())),
            (TOKEN, repository.token.as_ref().and_then(|token| bytes(token.bytes()))),
            (attribute::VERSION, number(repository.version)),
            (attribute::CREATED_AT, instant(repository.created_at)),
            (attribute::DELETED_AT, instant_of(repository.deleted_at)),
        ],
    )
}

fn from_item(item: &Item) -> Result<Repository, StoreError> {
    let record = Record(item);
    let location = match record.read_or_none(PROVIDER, Provider::parse)? {
        Some(provider) => Location::Host { provider, url: record.read(LOCATION, |text| Url::parse(text).ok())? },
        None => Location::Path(record.text(LOCATION)?.to_owned()),
    };
    Ok(Repository {
        id: record.key_rest(key::REPOSITORY, RepositoryId::parse)?,
        user: record.user()?,
        name: record.text(NAME)?.to_owned(),
        location,
        token: record.bytes_or_none(TOKEN)?.map(|bytes| Sealed::from_bytes(bytes.to_vec())),
        version: record.number(attribute::VERSION)?,
        created_at: record.instant(attribute::CREATED_AT)?,
        deleted_at: record.instant_or_none(attribute::DELETED_AT)?,
    })
}

#[async_trait]
impl Repositories for DynamoStore {
    async fn repository(&self, user: UserId, id: RepositoryId) -> Result<Option<Repository>, StoreError> {
        let found = self.get(Key::repository(user, id)).await?;
        self.decoded(found.as_ref(), from_item)
    }

    async fn put_repository(&self, repository: &Repository) -> Result<(), StoreError> {
        self.put_any(to_item(repository)).await
    }

    async fn repositories(&self, user: UserId) -> Result<Vec<Repository>, StoreError> {
        self.living(user, key::REPOSITORY, from_item).await
    }

    async fn repositories_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Repository>, StoreError> {
        self.living_page(user, key::REPOSITORY, limit, after, from_item).await
    }
}
