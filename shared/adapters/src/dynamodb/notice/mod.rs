//! Notices as items.

mod destination;
mod matter;

use super::item::{Item, Record, instant, item, shown, text};
use super::key::{self, Key};
use super::retention::expires_at;
use super::{DynamoStore, Kept, NOTICE_RETENTION_DAYS, attribute, delivery};
use app::ports::{Notices, Page, PageCursor, StoreError};
use async_trait::async_trait;
use domain::id::{ConfigurationId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{Named, Notice};

pub(crate) use destination::attribute as sent_to;

const KIND: &str = "kind";
const CONFIGURATION: &str = "configuration";
const CONFIGURATION_NAME: &str = "configuration_name";
const REPOSITORY: &str = "repository";
const MONTH: &str = "month";

pub(crate) fn to_item(notice: &Notice) -> Item {
    let Named { id, name, repository } = &notice.configuration;
    let mut attributes = vec![
        (KIND, text(notice.matter.kind().as_str())),
        (CONFIGURATION, text(id.to_string())),
        (CONFIGURATION_NAME, shown(name.as_ref())),
        (REPOSITORY, shown(repository.as_ref())),
        (MONTH, text(notice.month.to_string())),
        (attribute::CREATED_AT, instant(notice.created_at)),
        (attribute::EXPIRES_AT, expires_at(notice.created_at, Kept::Days(NOTICE_RETENTION_DAYS))),
        destination::attribute(notice.sent_to.as_ref()),
    ];
    attributes.extend(matter::attributes(&notice.matter));
    attributes.extend(delivery::attributes(&notice.delivery));
    attributes.extend(delivery::due(&notice.delivery, notice.id.uuid()));
    item(Key::notice(notice.user, notice.id), attributes)
}

pub(crate) fn from_item(item: &Item) -> Result<Notice, StoreError> {
    let record = Record(item);
    let word = |name: &str| Ok::<_, StoreError>(record.text_or_none(name)?.map(str::to_owned));
    Ok(Notice {
        id: record.key_rest(key::NOTICE, NoticeId::parse)?,
        user: record.user()?,
        configuration: Named {
            id: record.read(CONFIGURATION, |text| ConfigurationId::parse(text).ok())?,
            name: word(CONFIGURATION_NAME)?,
            repository: word(REPOSITORY)?,
        },
        matter: matter::read(record)?,
        month: record.read(MONTH, |text| Month::parse(text).ok())?,
        created_at: record.instant(attribute::CREATED_AT)?,
        delivery: delivery::read(record)?,
        sent_to: destination::read(record)?,
    })
}

#[async_trait]
impl Notices for DynamoStore {
    async fn notice(&self, user: UserId, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        let found = self.get(Key::notice(user, id)).await?.and_then(|item| self.live(item));
        self.decoded(found.as_ref(), from_item)
    }

    async fn notices_page(
        &self,
        user: UserId,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Notice>, StoreError> {
        self.living_page(user, key::NOTICE, limit, after, from_item).await
    }
}
