//! Notices, newest first, and how many of them are unread.

use crate::listing::{Reads, Seen, collect};
use crate::ports::{Accounts, Notices, Page, PageCursor, StoreError};
use domain::account::{Account, NoticeKind};
use domain::id::UserId;
use domain::instant::Duration;
use domain::money::RETIREMENT_NOTICE_DAYS;
use domain::notice::Notice;
use std::sync::Arc;

/// The highest number of unread notices that is counted. A notice takes half a kilobyte, so the count costs at most
/// about 150 read units, and 3 for an account with 20 notices.
pub const UNREAD_COUNTED_MAX: usize = 1_000;

/// Notices that a filtered page reads at most.
const FILTERED_READS_MAX: usize = 1_000;
/// Notices that are read at a time where it is unknown how many are needed.
const BATCH: usize = 100;

/// Lists notices.
#[derive(Clone)]
pub struct ListNotices {
    pub accounts: Arc<dyn Accounts>,
    pub notices: Arc<dyn Notices>,
}

/// Which notices are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoticeFilter {
    pub kind: Option<NoticeKind>,
    /// Only unread ones, or only read ones.
    pub unread: Option<bool>,
}

/// A page of notices.
#[derive(Clone, Debug)]
pub struct NoticeList {
    pub page: Page<Notice>,
    /// Says which of them are read.
    pub account: Account,
    /// How many notices are unread, filtered or not: at most [`UNREAD_COUNTED_MAX`].
    pub unread: usize,
}

impl NoticeFilter {
    fn matches(self, notice: &Notice, account: &Account) -> bool {
        self.kind.is_none_or(|kind| notice.matter.kind() == kind)
            && self.unread.is_none_or(|unread| account.has_read(notice.created_at) != unread)
    }

    fn skips_some(self) -> bool {
        self.kind.is_some() || self.unread.is_some()
    }
}

impl ListNotices {
    /// At most `limit` notices after a cursor. A filtered page reads at most a thousand, and may be shorter and have a
    /// next one.
    pub async fn list(
        &self,
        user: UserId,
        filter: NoticeFilter,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<NoticeList, StoreError> {
        let account = self.accounts.account(user).await?;
        let page = if filter.skips_some() {
            self.filtered(&account, filter, limit, after).await?
        } else {
            self.notices.notices_page(user, limit, after).await?
        };
        let unread = self.unread(&account).await?;
        Ok(NoticeList { page, account, unread })
    }

    async fn filtered(
        &self,
        account: &Account,
        filter: NoticeFilter,
        limit: usize,
        after: Option<&PageCursor>,
    ) -> Result<Page<Notice>, StoreError> {
        collect(
            (limit, after.cloned()),
            Reads { max: FILTERED_READS_MAX, batch: BATCH },
            |limit, after| async move { self.notices.notices_page(account.user, limit, after.as_ref()).await },
            |notice: &Notice| PageCursor { after: notice.id.uuid() },
            |notice| if filter.matches(notice, account) { Seen::Matches } else { Seen::Differs },
            |notice| async { Ok(Some(notice)) },
        )
        .await
    }

    /// How many notices are unread, at most [`UNREAD_COUNTED_MAX`]. It reads from the newest one to those whose ids are
    /// so old that they were certainly made before the user last read.
    pub(super) async fn unread(&self, account: &Account) -> Result<usize, StoreError> {
        let oldest = account.notices_read_until.map(|until| until - Duration::days(RETIREMENT_NOTICE_DAYS));
        let (mut unread, mut after) = (0_usize, None);
        let mut left = UNREAD_COUNTED_MAX;
        while left > 0 {
            let read = self.notices.notices_page(account.user, BATCH.min(left), after.as_ref()).await?;
            left = left.saturating_sub(read.items.len().max(1));
            let new = read.items.iter().filter(|notice| !account.has_read(notice.created_at)).count();
            unread = unread.saturating_add(new);
            let last = read.items.last().map(|last| last.id.instant());
            let is_past = last.zip(oldest).is_some_and(|(last, oldest)| last < oldest);
            after = read.next;
            if is_past || after.is_none() {
                break;
            }
        }
        Ok(unread)
    }
}
