//! The body that creates or edits a configuration. An absent field has its default, in an edit too: PUT replaces
//! everything.

use super::writing::WritingRequestPart;
use crate::openapi::words::webhook_format;
use crate::outside::allow_webhook;
use crate::request::{BranchList, CronExpression, Line, PathList, WebhookHeaders, WebhookUrl, ZoneName};
use crate::routes::prelude::{Answer, Api, FieldError, Problem, RepositoryId, examples, request_body};
use app::holdings::ConfigurationDraft;
use domain::configuration::{BranchName, MODEL_CHARS_MAX, NAME_CHARS_MAX, Settings, WatchedBranch, Writer};
use domain::delivery::WebhookFormat;
use domain::repository::PathFilter;
use domain::schedule::Schedule;

request_body! {
    /// The request body. Null means the same as an omitted member.
    pub(crate) struct ConfigurationRequestBody {
        /// Name chosen by the user.
        name: Option<Line<NAME_CHARS_MAX>>,
        /// One of the user's repositories.
        repository_id: RepositoryId,
        /// The branch that reports cover.
        branch: BranchName,
        /// Folders and files that the report is about, at most ten; without any, it is about the whole repository. Each
        /// is a path from the repository's top, taken literally: a folder means everything below it. Commits that
        /// change nothing there are covered without being reported. Changing the paths keeps the coverage. Pull
        /// requests, issues and releases are those of the whole repository.
        include_paths: PathList = PathList::default(),
        /// Folders and files that the report is not about, at most ten. A commit is skipped if it changes nothing else.
        exclude_paths: PathList = PathList::default(),
        /// All repositories of the report, each with its branch and paths, if there are several. The first one is also
        /// `repository_id`, `branch`, `include_paths` and `exclude_paths`. A repository that is added begins
        /// without coverage; one that stays keeps its own, in any order. In a patch, changing one of the two forms
        /// changes the other.
        repositories: Option<BranchList>,
        /// A cron expression of five fields by the rules of cronie's crontab, or one such as `@daily`.
        schedule: CronExpression,
        /// IANA time zone of the schedule, case-insensitive.
        timezone: ZoneName = ZoneName::utc(),
        /// The https address that reports are sent to.
        webhook_url: Option<WebhookUrl>,
        #[doc = webhook_format!()]
        webhook_format: WebhookFormat = WebhookFormat::Auto,
        /// Headers that are added to each request to `webhook_url`, at most ten: a text sets a value, `true` keeps it,
        /// and null removes the header, as does omitting it in a PUT. Values are never returned. They are kept only
        /// while the address has the same scheme, host and port.
        webhook_headers: Option<WebhookHeaders>,
        /// Whether the schedule is active.
        enabled: bool = true,
        [part] writing: WritingRequestPart,
        /// The model that writes the report. Defaults to the deployment's model.
        model: Option<Line<MODEL_CHARS_MAX>>,
    }
    computed: [
        "model_retirement",
        "last_run_at",
        "last_run_status",
        "next_run_at",
        "delivery_health",
        "covered_until",
        "coverage",
        "total_runs",
        "quota_impact"
    ];
    caseless: ["webhook_headers"];
    example: examples::configuration_request();
}

impl ConfigurationRequestBody {
    /// What is to be stored, if the schedule is valid in its zone and this deployment accepts the webhook's address.
    /// `before` is what is edited.
    pub(crate) async fn draft(self, api: &Api, before: Option<&Settings>) -> Answer<ConfigurationDraft> {
        let watched = self.watched(before)?;
        let schedule = Schedule::parse(&self.schedule.0, &self.timezone.0)
            .map_err(|error| Problem::validation(vec![FieldError::at("schedule", error.to_string())]))?;
        let webhook = self.webhook_url.as_ref().and_then(|url| url.with_format(self.webhook_format));
        allow_webhook(api, "webhook_url", webhook.as_ref().map(|webhook| &webhook.url)).await?;
        let settings = Settings {
            name: self.name.map(|name| name.0),
            repository: self.repository_id,
            branch: self.branch,
            paths: PathFilter::default(),
            further: Vec::new(),
            schedule,
            webhook,
            enabled: self.enabled,
            writing: self.writing.into(),
            writer: self.model.map(|name| Writer::parse(&name.0)).into(),
        };
        let settings = settings.watching(watched);
        Ok(ConfigurationDraft { settings, headers: self.webhook_headers.map(|headers| headers.0).unwrap_or_default() })
    }

    /// The branches of the report. The first one is given twice; if the two differ, the one that the edit leaves as it
    /// was gives way.
    fn watched(&self, before: Option<&Settings>) -> Result<Vec<WatchedBranch>, Problem> {
        let paths = PathList::filter(self.include_paths.clone(), self.exclude_paths.clone());
        let paths = paths.map_err(|error| Problem::validation(vec![error]))?;
        let single = WatchedBranch { repository: self.repository_id, branch: self.branch.clone(), paths };
        let Some(BranchList(mut all)) = self.repositories.clone() else { return Ok(vec![single]) };
        if all.first() == Some(&single) {
            return Ok(all);
        }
        let invalid = |field, detail: &str| Err(Problem::validation(vec![FieldError::at(field, detail.to_owned())]));
        let before = before.map(Settings::watched).unwrap_or_default();
        if all == before {
            if all.iter().skip(1).any(|further| further.is_same_branch(&single)) {
                return invalid("branch", "the repository is in 'repositories' with this branch already");
            }
            all.splice(..1, [single]);
            return Ok(all);
        }
        if before.first() == Some(&single) {
            return Ok(all);
        }
        invalid(
            "repositories",
            "the first one differs from 'repository_id', 'branch', 'include_paths' or 'exclude_paths': give the same \
             in both",
        )
    }
}
