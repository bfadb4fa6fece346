//! The scheduled successes of a configuration report every commit of each of its branches exactly once in a generation
//! of the branch's coverage, whichever of its repositories fail meanwhile.

use crate::driver::{Simulation, fires};
use crate::git::location_of;
use app::ports::{Configurations, Contents, Repositories, Runs};
use domain::configuration::{Configuration, Coverage, WatchedBranch};
use domain::instant::Duration;
use domain::run::{Outcome, Run, ShaPrefix, sha_prefix};
use std::collections::BTreeMap;
use testkit::builders::epoch;

/// A commit that reached its branch later than this after its date may be older than the start of a range by time.
const AGE_DAYS_MAX: i64 = 6;

impl Simulation {
    pub(crate) async fn check_coverage(&mut self) -> Result<(), String> {
        for (user, id) in self.configurations.clone() {
            let Some(configuration) = self.reader.configuration(user, id).await.unwrap() else { continue };
            let runs = self.reader.runs_between(user, epoch(), self.now() + Duration::days(1)).await.unwrap();
            let scheduled: Vec<&Run> =
                runs.iter().filter(|run| run.configuration == id && run.trigger.is_scheduled()).collect();
            let mut reported: BTreeMap<(u64, ShaPrefix), &Run> = BTreeMap::new();
            for run in &scheduled {
                for (generation, prefix) in self.prefixes(run).await? {
                    if let Some(before) = reported.insert((generation, prefix), run) {
                        self.log(|| format!("{configuration:?}\n{before:?}\n{run:?}"));
                        return Err(format!(
                            "configuration {id} reported commit {} in run {} of {} and in run {} of {}",
                            hex(prefix),
                            before.id,
                            before.started_at,
                            run.id,
                            run.started_at
                        ));
                    }
                }
            }
            self.summary.reported += u64::try_from(reported.len()).unwrap();
            if fires(&configuration) {
                for (branch, coverage) in
                    configuration.settings.watched().iter().zip(configuration.progress.coverages())
                {
                    let repository = self.reader.repository(user, branch.repository).await.unwrap();
                    if repository.is_none_or(|repository| repository.deleted_at.is_some()) {
                        continue;
                    }
                    let has = |prefix| reported.contains_key(&(coverage.generation, prefix));
                    if let Err(violation) = self.check_complete(&configuration, (branch, coverage), has) {
                        let runs: Vec<String> = scheduled.iter().map(|run| format!("{run:?}")).collect();
                        self.log(|| runs.join("\n"));
                        return Err(violation);
                    }
                }
            }
        }
        Ok(())
    }

    async fn prefixes(&self, run: &Run) -> Result<Vec<(u64, ShaPrefix)>, String> {
        let named = run.end().and_then(|end| match &end.outcome {
            Outcome::Success(findings) => findings.content_attempt,
            Outcome::Failed(_) | Outcome::Cancelled => None,
        });
        let Some(named) = named else { return Ok(Vec::new()) };
        let content = self.reader.content(run.user, run.id).await.unwrap();
        let content = content.ok_or_else(|| format!("the text of run {} is missing", run.id))?;
        if content.attempt != named {
            return Err(format!("run {} names the text of attempt {named}, and {} wrote it", run.id, content.attempt));
        }
        let of_branch = |generation| content.reported_in(generation).map(move |prefix| (generation, *prefix));
        Ok(run.branches().iter().flat_map(|branch| of_branch(branch.generation)).collect())
    }

    fn check_complete(
        &self,
        configuration: &Configuration,
        (branch, coverage): (&WatchedBranch, &Coverage),
        has: impl Fn(ShaPrefix) -> bool,
    ) -> Result<(), String> {
        let repository = location_of(configuration.user, branch.repository).unwrap();
        let commits = self.git.commits((&repository, branch.branch.as_str()));
        let since = coverage.since.unwrap_or_else(epoch);
        for pushed in commits {
            let committed_at = pushed.commit.committed_at;
            let asked_for = committed_at >= since && committed_at >= pushed.at - Duration::days(AGE_DAYS_MAX);
            if asked_for && !has(sha_prefix(&pushed.commit.sha)) {
                return Err(format!(
                    "configuration {} never reported commit {} of {committed_at}, pushed {}: {branch:?} {coverage:?}",
                    configuration.id,
                    pushed.commit.sha.as_str(),
                    pushed.at
                ));
            }
        }
        Ok(())
    }
}

fn hex(prefix: ShaPrefix) -> String {
    format!("{:016x}", u64::from_be_bytes(prefix))
}
