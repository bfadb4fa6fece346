//! Notices as items.

use super::item::{flag, instant, item, number, text};
use super::{Attributes, DynamoStore, Item, Key, Record, attribute, delivery, key};
use app::ports::{Notices, StoreError};
use async_trait::async_trait;
use domain::id::{ConfigurationId, NoticeId, UserId};
use domain::month::Month;
use domain::notice::{Matter, MatterKind, Notice};
use domain::usage::Mark;

const KIND: &str = "kind";
const CONFIGURATION: &str = "configuration";
const MONTH: &str = "month";
const MARK: &str = "mark";
const USED: &str = "used";
const LIMIT: &str = "limit";
/// Flag: the limit is the one on runs that do not count.
const UNCOUNTED: &str = "uncounted";
const UNTIL: &str = "until";
const MODEL: &str = "model";
const RETIRED_ON: &str = "retired_on";

pub(crate) fn to_item(notice: &Notice) -> Item {
    let mut attributes = vec![
        (KIND, text(notice.matter.kind().as_str())),
        (CONFIGURATION, text(notice.configuration.to_string())),
        (MONTH, text(notice.month.to_string())),
        (attribute::CREATED_AT, instant(notice.created_at)),
    ];
    attributes.extend(matter(&notice.matter));
    attributes.extend(delivery::attributes(&notice.delivery));
    attributes.extend(delivery::due(&notice.delivery, notice.id.uuid()));
    item(Key::notice(notice.user, notice.id), attributes)
}

fn matter(matter: &Matter) -> Attributes {
    match matter {
        Matter::ThresholdReached { mark, used } => vec![(MARK, text(mark.to_string())), (USED, number(used))],
        Matter::Paused { limit, uncounted, until } => {
            vec![(LIMIT, number(limit)), (UNCOUNTED, flag(*uncounted)), (UNTIL, instant(*until))]
        }
        Matter::ModelRetires { model, on } => vec![(MODEL, text(model)), (RETIRED_ON, text(on.to_string()))],
    }
}

pub(crate) fn from_item(item: &Item) -> Result<Notice, StoreError> {
    let record = Record(item);
    Ok(Notice {
        id: record.key_rest(key::NOTICE, NoticeId::parse)?,
        user: record.user()?,
        configuration: record.read(CONFIGURATION, |text| ConfigurationId::parse(text).ok())?,
        matter: read_matter(record)?,
        month: record.read(MONTH, |text| Month::parse(text).ok())?,
        created_at: record.instant(attribute::CREATED_AT)?,
        delivery: delivery::read(record)?,
    })
}

fn read_matter(record: Record<'_>) -> Result<Matter, StoreError> {
    Ok(match record.read(KIND, MatterKind::parse)? {
        MatterKind::ThresholdReached => Matter::ThresholdReached {
            mark: record.read(MARK, |text| Mark::parse(text).ok())?,
            used: record.number(USED)?,
        },
        MatterKind::Paused => Matter::Paused {
            limit: record.number(LIMIT)?,
            uncounted: record.flag(UNCOUNTED)?,
            until: record.instant(UNTIL)?,
        },
        MatterKind::ModelRetires => Matter::ModelRetires {
            model: record.text(MODEL)?.to_owned(),
            on: record.read(RETIRED_ON, |text| text.parse().ok())?,
        },
    })
}

#[async_trait]
impl Notices for DynamoStore {
    async fn notice(&self, user: UserId, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        let found = self.get(Key::notice(user, id)).await?;
        self.decoded(found.as_ref(), from_item)
    }
}
