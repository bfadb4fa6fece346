//! Lists: `{"data": […], "pagination": {…}}`, and the cursor that leads from page to page.

use crate::problem::{Code, Problem};
use crate::query::Parameters;
use crate::representation::hex;
use app::ports::{Page, PageCursor};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// The largest page.
pub(crate) const LIMIT_MAX: usize = 100;
/// The page size without a `limit`.
pub(crate) const LIMIT_DEFAULT: usize = 50;
/// The greatest `offset`: every item before it is read and dropped. A cursor costs the same at any depth.
pub(crate) const OFFSET_MAX: usize = 1_000;
/// The longest cursor that is decoded, in bytes; real ones take about 120.
pub(crate) const CURSOR_BYTES_MAX: usize = 400;
/// Bytes of a query's hash in a cursor.
const QUERY_HASH_BYTES: usize = 12;

/// The page that is requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageRequest {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    cursor: Option<String>,
}

impl PageRequest {
    /// Takes `limit`, `offset` and `cursor`.
    pub(crate) fn from_parameters(parameters: &mut Parameters) -> Self {
        let limit = parameters.number("limit", 1..=LIMIT_MAX, "at most 100 is expected");
        let offset = parameters.number(
            "offset",
            0..=OFFSET_MAX,
            "at most 1000 is expected: to go further, give the 'next_cursor' of a page as 'cursor'",
        );
        let cursor = parameters.text("cursor");
        if cursor.is_some() && offset.is_some_and(|offset| offset > 0) {
            parameters.wrong("offset", "can't be combined with a cursor: omit the offset");
        }
        Self { limit: limit.unwrap_or(LIMIT_DEFAULT), offset: offset.unwrap_or(0), cursor }
    }

    /// How many items must be read from its start.
    pub(crate) fn reach(&self) -> usize {
        self.offset + self.limit
    }

    /// Where the page begins, if there is a cursor. `query` is the hash of the list's filters.
    pub(crate) fn start(&self, query: &QueryHash) -> Result<Option<PageCursor>, Problem> {
        self.cursor.as_deref().map(|text| decode(text, query)).transpose()
    }
}

/// The hash of a list's filters. The size of a page is not included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueryHash(String);

impl QueryHash {
    /// The hash of a list's name and its filters.
    pub(crate) fn of(list: &str, filters: &[(&str, Option<String>)]) -> Self {
        let mut hash = Sha256::new();
        hash.update(list.as_bytes());
        for (name, value) in filters {
            if let Some(value) = value {
                for part in [*name, value.as_str()] {
                    hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
                    hash.update(part.as_bytes());
                }
            }
        }
        Self(hex(hash.finalize().iter().take(QUERY_HASH_BYTES)))
    }
}

/// The content of a cursor. It has no user: the partition always comes from the caller's token.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CursorBody {
    query: String,
    after: String,
}

/// The opaque text of a cursor.
pub(crate) fn encode(cursor: &PageCursor, query: &QueryHash) -> String {
    let body = CursorBody { query: query.0.clone(), after: cursor.after.to_string() };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&body).unwrap_or_default())
}

/// Decodes what [`encode`] wrote, if it was for the same query.
pub(crate) fn decode(text: &str, query: &QueryHash) -> Result<PageCursor, Problem> {
    let body = (text.len() <= CURSOR_BYTES_MAX)
        .then(|| URL_SAFE_NO_PAD.decode(text).ok())
        .flatten()
        .and_then(|bytes| serde_json::from_slice::<CursorBody>(&bytes).ok());
    match body.map(|body| (body.query == query.0, Uuid::try_parse(&body.after))) {
        Some((true, Ok(after))) => Ok(PageCursor { after }),
        Some((false, Ok(_))) => Err(Problem::new(
            Code::InvalidCursor,
            "The cursor belongs to a query with other filters. Send the same filters, or start without a cursor.",
        )),
        _ => Err(Problem::new(
            Code::InvalidCursor,
            "The cursor is invalid. Send the 'next_cursor' of a page unchanged, or start without a cursor.",
        )),
    }
}

/// Cuts the items that were read, `offset` and `limit` together, to the requested page.
pub(crate) fn cut<T, B>(
    found: &Page<T>,
    request: &PageRequest,
    query: &QueryHash,
    body: impl Fn(&T) -> B,
) -> ListBody<B> {
    ListBody {
        data: found.items.iter().skip(request.offset).take(request.limit).map(body).collect(),
        pagination: Pagination {
            limit: request.limit,
            offset: request.offset,
            has_more: found.next.is_some(),
            next_cursor: found.next.as_ref().map(|next| encode(next, query)),
        },
    }
}

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListBody<T> {
    pub(crate) data: Vec<T>,
    pub(crate) pagination: Pagination,
}

impl<T> ListBody<T> {
    /// A list that is always returned whole.
    pub(crate) fn whole(data: Vec<T>) -> Self {
        let pagination = Pagination { limit: data.len(), offset: 0, has_more: false, next_cursor: None };
        Self { data, pagination }
    }
}

/// Position of a page.
#[derive(Serialize, ToSchema)]
pub(crate) struct Pagination {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) has_more: bool,
    /// Null on the last page.
    pub(crate) next_cursor: Option<String>,
}
