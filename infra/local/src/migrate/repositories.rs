//! Exported repositories.

use super::row::{Reason, Row};
use super::source::Columns;
use domain::id::{RepositoryId, UserId};
use domain::instant::Instant;
use domain::repository::{AccessToken, Location, Provider, Repository};

pub(super) const COLUMNS: Columns =
    Columns { required: &["id", "user_id", "url"], optional: &["name", "provider", "access_token", "created_at"] };

const NAME_CHARS_MAX: usize = 100;
const TOKEN_BYTES_MAX: usize = 2_048;

/// A checked row. The repository has no token yet.
pub(super) struct RepositoryRow {
    pub(super) repository: Repository,
    pub(super) token: Option<AccessToken>,
}

impl RepositoryRow {
    pub(super) fn read(row: &Row, now: Instant) -> Result<Self, Reason> {
        let user = user(row)?;
        let id = RepositoryId::from_uuid(row.required_id("id")?);
        let provider = row.read("provider", "github, gitlab or gitea is expected", |text| {
            Provider::parse(&text.to_ascii_lowercase())
        })?;
        row.required("url")?;
        let location = row.checked("url", |text| Location::host(text, provider))?;
        let location = location.ok_or_else(|| Reason::new("'url' is missing"))?;
        let token = row.read("access_token", "at most 2048 visible characters are expected", |text| {
            let is_token = text.len() <= TOKEN_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
            is_token.then(|| AccessToken::new(text.to_owned()))
        })?;
        let repository = Repository {
            id,
            user,
            name: row.line("name", NAME_CHARS_MAX)?.unwrap_or_else(|| location.default_name()),
            location,
            token: None,
            version: 1,
            created_at: row.instant("created_at")?.unwrap_or(now),
            deleted_at: None,
        };
        Ok(Self { repository, token })
    }
}

/// The owner of a row. The export is trusted as the table itself is: who may write to the table names its users.
pub(super) fn user(row: &Row) -> Result<UserId, Reason> {
    let id = row.required_id("user_id")?;
    UserId::from_record(&id.to_string()).map_err(|error| Reason::new(error.to_string()))
}
