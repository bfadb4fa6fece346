//! `GET /report-runs/export?month=YYYY-MM&format=csv|ndjson`: every run of a month, oldest first, without texts.
//!
//! A page is a whole document of at most [`PAGE_BYTES_MAX`]; `Link: rel="next"` leads to the next one. The rows of all
//! pages add up to the month's usage.

mod csv_page;

use super::body::RunBody;
use crate::routes::prelude::{
    Answer, Api, Call, HeaderValue, IntoResponse, MonthQuery, Parameters, Problem, QueryHash, Uri, UserId, header,
    page, words,
};
use app::ports::PageCursor;
use csv_page::CsvPage;
use domain::month::Month;
use domain::run::Run;

/// The largest page, in bytes: an answer of a Lambda is 6 MB at most, and it is carried in JSON, which escapes quotes.
pub(crate) const PAGE_BYTES_MAX: usize = 4_000_000;
/// Runs that are read at a time: about half a megabyte.
const BATCH_RUNS: usize = 500;

/// The format of rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    /// RFC 4180, with a header line on each page.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    fn parse(text: &str) -> Option<Self> {
        [Self::Csv, Self::Ndjson].into_iter().find(|format| format.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// Every run of a month, oldest first, without texts.
///
/// Each page is a complete document of at most 4 MB; `Link: rel="next"` points to the next page. The rows of all pages
/// add up to the month's usage. CSV cells that begin with `= + - @` are prefixed with an apostrophe.
#[utoipa::path(
    get,
    path = "/report-runs/export",
    operation_id = "exportReportRuns",
    params(
        MonthQuery,
        (
            "format" = inline(Option<words::ExportFormat>),
            Query,
            description = "`csv` (RFC 4180, with a header line on each page) or `ndjson` (one JSON object per line).",
            example = "csv",
        ),
        (
            "cursor" = Option<String>,
            Query,
            description = "Sent together with the link to the next page.",
            min_length = 1,
            max_length = 400,
        ),
    ),
    responses((
        status = 200,
        description = "One page of the list.",
        headers(("Link" = String, description = "Link to the next page, if any.")),
        content((String = "text/csv"), (String = "application/x-ndjson"))
    )),
)]
pub(crate) async fn export(Call(api, caller): Call, uri: Uri) -> Answer {
    let mut parameters = Parameters::of(&uri);
    let month = parameters.month("month").unwrap_or_else(|| Month::of(api.clock.now()));
    let format = parameters.value("format", "one of csv, ndjson", Format::parse).unwrap_or(Format::Csv);
    let cursor = parameters.text("cursor");
    parameters.finish()?;
    let query = QueryHash::of(
        "report-runs/export",
        &[("month", Some(month.to_string())), ("format", Some(format.as_str().to_owned()))],
    );
    let after = cursor.map(|text| page::decode(&text, &query)).transpose()?;
    let page = match format {
        Format::Csv => fill(&api, caller.user, month, after, CsvPage::new(PAGE_BYTES_MAX)?).await?,
        Format::Ndjson => fill(&api, caller.user, month, after, NdjsonPage::new(PAGE_BYTES_MAX)).await?,
    };
    let next = page.next.map(|next| {
        let cursor = page::encode(&next, &query);
        format!("</report-runs/export?month={month}&format={}&cursor={cursor}>; rel=\"next\"", format.as_str())
    });
    let mut answer = page.text.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let name = format!("attachment; filename=\"report-runs-{month}.{}\"", format.as_str());
    for (header, value) in [(header::CONTENT_DISPOSITION, Some(name)), (header::LINK, next)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(header, value);
        }
    }
    Ok(answer)
}

/// A page that rows are written to.
trait ExportPage {
    /// Writes a row; false, and nothing is written, if it does not fit.
    fn push(&mut self, run: &RunBody) -> Result<bool, Problem>;
    /// The page's text.
    fn finish(self) -> Result<String, Problem>;
}

struct Filled {
    text: String,
    next: Option<PageCursor>,
}

async fn fill(
    api: &Api,
    user: UserId,
    month: Month,
    after: Option<PageCursor>,
    mut page: impl ExportPage,
) -> Answer<Filled> {
    let (from, to) = (month.first_instant(), month.resets_at());
    let mut after = after;
    loop {
        let read = api.runs.runs_from(user, from, to, BATCH_RUNS, after.as_ref()).await?;
        for run in &read.items {
            if !page.push(&RunBody::of(run))? {
                return Ok(Filled { text: page.finish()?, next: after });
            }
            after = Some(cursor_of(run));
        }
        if read.next.is_none() {
            return Ok(Filled { text: page.finish()?, next: None });
        }
    }
}

fn cursor_of(run: &Run) -> PageCursor {
    PageCursor { after: run.id.uuid() }
}

/// Rows as JSON objects, one a line.
struct NdjsonPage {
    text: String,
    bytes_max: usize,
}

impl NdjsonPage {
    fn new(bytes_max: usize) -> Self {
        Self { text: String::new(), bytes_max }
    }
}

impl ExportPage for NdjsonPage {
    fn push(&mut self, run: &RunBody) -> Answer<bool> {
        let line = serde_json::to_string(run).map_err(|error| Problem::internal(&error.to_string()))?;
        if self.text.len() + line.len() + 1 > self.bytes_max {
            return Ok(false);
        }
        self.text.push_str(&line);
        self.text.push('\n');
        Ok(true)
    }

    fn finish(self) -> Answer<String> {
        Ok(self.text)
    }
}
