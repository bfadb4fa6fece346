//! The actions of users, branches and external services.

use crate::driver::{CONFIGURATIONS_MAX, LIMITS, Simulation};
use crate::edits::{BRANCHES, Edit, SCHEDULES, edit, settings, watch};
use crate::git::{Health, REPOSITORIES, location};
use crate::outside::ReceiverMode;
use app::holdings::Expected;
use app::ports::{GitFailure, IdempotencyKey, ModelError, Runs};
use domain::account::{Overrides, Plan};
use domain::configuration::{BranchName, WatchedBranch};
use domain::id::{ConfigurationId, UserId};
use domain::instant::Duration;
use domain::month::Month;
use domain::repository::PathFilter;
use domain::run::{Run, Status, Window};
use testkit::builders;
use testkit::faults::FaultPlan;
use testkit::world::Verbs;

impl Simulation {
    pub(crate) fn change_branch(&mut self) {
        let (user, _) = self.any_configuration();
        let repository = location(user, self.any_repository());
        let place = (repository.as_str(), BRANCHES[self.below(BRANCHES.len())]);
        let now = self.now();
        match self.random.below(10) {
            0..7 => {
                for _ in 0..=self.random.below(2) {
                    let age = self.number(if self.one_in(4) { 86_400 } else { 60 });
                    self.git.push(place, now - Duration::seconds(age), now);
                }
            }
            7 => self.git.rewrite(place, 1 + self.below(3), now),
            8 => self.git.cut_back(place, 1 + self.below(2)),
            _ => self.git.put_back(place, self.below(8), now),
        }
        self.log(|| {
            format!(
                "{place:?} has {:?}",
                self.git.commits(place).iter().map(|has| has.commit.sha.as_str()[..6].to_owned()).collect::<Vec<_>>()
            )
        });
    }

    pub(crate) async fn act_as_user(&mut self) -> Result<(), String> {
        let (user, id) = self.any_configuration();
        match self.random.below(if self.closes_accounts { 21 } else { 20 }) {
            0..5 => self.start_manual(user, id).await,
            5..7 => self.test(user, id).await,
            7..10 => self.cancel(user).await,
            10..13 => self.edit(user, id).await,
            13 => self.create_configuration(user).await,
            14..16 => self.change_limit(user).await,
            16 => self.redeliver(user).await,
            18 => self.enable(user, id).await,
            20 => self.close_account(user).await,
            _ => self.recount(user).await,
        }
    }

    async fn start_manual(&mut self, user: UserId, id: ConfigurationId) -> Result<(), String> {
        let (deployment, now) = (self.deployment.clone(), self.now());
        let window = Window::new(now - Duration::days(2), now).unwrap();
        let key = (!self.one_in(3)).then(|| IdempotencyKey {
            key_hash: [u8::try_from(self.random.below(6)).unwrap(); 32],
            request_hash: [1; 32],
        });
        let verb = async move { deployment.start_manual_run().start(user, id, window, key).await.is_ok() };
        self.start(format!("manual start of {id}"), None, verb).await
    }

    async fn test(&mut self, user: UserId, id: ConfigurationId) -> Result<(), String> {
        let (deployment, deadline) = (self.deployment.clone(), self.now() + Duration::minutes(3));
        let deliver = self.one_in(2);
        let verb = async move { deployment.test_report().run(user, id, deliver, deadline, None).await.is_ok() };
        self.start(format!("test of {id}"), None, verb).await
    }

    async fn cancel(&mut self, user: UserId) -> Result<(), String> {
        let deployment = self.deployment.clone();
        let Some(run) = self.any_recent_run(user, |run| run.status() == Status::Running).await else { return Ok(()) };
        let verb = async move { deployment.cancel_run().cancel(user, run.id).await.is_ok() };
        self.start(format!("cancel of {}", run.id), None, verb).await
    }

    /// The number of a repository. Only seeds with several draw one.
    fn any_repository(&self) -> u64 {
        if self.has_several { 1 + self.random.below(REPOSITORIES) } else { 1 }
    }

    async fn edit(&mut self, user: UserId, id: ConfigurationId) -> Result<(), String> {
        if self.has_several && self.one_in(3) {
            return self.edit_branches(user, id).await;
        }
        let change = match self.random.below(10) {
            9 => Edit::Address(self.below(3)),
            0..3 => Edit::Schedule(self.below(SCHEDULES.len())),
            3..5 => Edit::Branch(self.below(BRANCHES.len())),
            5 => Edit::Enabled(false),
            6 => Edit::Enabled(true),
            7 => Edit::Secret,
            _ if self.one_in(3) => Edit::Delete,
            _ => Edit::Enabled(true),
        };
        let verb = edit(self.deployment.clone(), (user, id), change, self.one_in(2));
        self.start(format!("{change:?} of {id}"), None, verb).await
    }

    /// Branches are added, removed and put into another order; now and then a repository is deleted.
    async fn edit_branches(&mut self, user: UserId, id: ConfigurationId) -> Result<(), String> {
        if self.one_in(12) {
            let repository = builders::repository(user, 2 + self.random.below(REPOSITORIES - 1)).id;
            let verb = self.deployment.keep_repositories();
            let deletion = async move { verb.delete(user, repository, &Expected::Any).await.is_ok() };
            return self.start(format!("the deletion of repository {repository}"), None, deletion).await;
        }
        let branches = self.any_branches(user);
        let name = format!("{branches:?} of {id}");
        let verb = watch(self.deployment.clone(), (user, id), branches, self.one_in(2));
        self.start(name, None, verb).await
    }

    /// One to four branches in any order, some of them twice.
    fn any_branches(&self, user: UserId) -> Vec<WatchedBranch> {
        let any = |_| WatchedBranch {
            repository: builders::repository(user, self.any_repository()).id,
            branch: BranchName::parse(BRANCHES[self.below(BRANCHES.len())]).unwrap(),
            paths: PathFilter::default(),
        };
        (0..=self.below(4)).map(any).collect()
    }

    async fn redeliver(&mut self, user: UserId) -> Result<(), String> {
        let deployment = self.deployment.clone();
        let Some(run) = self.any_recent_run(user, |run| run.end().is_some()).await else { return Ok(()) };
        let verb = async move { deployment.redeliver().send(user, run.id, None).await.is_ok() };
        self.start(format!("another delivery of {}", run.id), None, verb).await
    }

    async fn enable(&mut self, user: UserId, id: ConfigurationId) -> Result<(), String> {
        let verb = self.enabling(user, id);
        self.start(format!("the webhook of {id} is enabled"), None, verb).await
    }

    /// A client enables a webhook that was disabled.
    pub(crate) fn enabling(&self, user: UserId, id: ConfigurationId) -> impl Future<Output = bool> + Send + 'static {
        let verb = self.deployment.enable_endpoint();
        async move { verb.configuration(user, id).await.is_ok() }
    }

    async fn recount(&mut self, user: UserId) -> Result<(), String> {
        let (deployment, month) = (self.deployment.clone(), Month::of(self.now()));
        let verb = async move { deployment.recount().correct(user, month).await.is_ok() };
        self.start(format!("a recount of {user} in {month}"), None, verb).await
    }

    /// One of a user's runs of the last three days.
    async fn any_recent_run(&self, user: UserId, is_wanted: impl Fn(&Run) -> bool) -> Option<Run> {
        let now = self.now();
        let runs = self.reader.runs_between(user, now - Duration::days(3), now + Duration::days(1)).await.unwrap();
        let mut wanted: Vec<Run> = runs.into_iter().filter(is_wanted).collect();
        if wanted.is_empty() { None } else { Some(wanted.swap_remove(self.below(wanted.len()))) }
    }

    async fn change_limit(&mut self, user: UserId) -> Result<(), String> {
        let limit = LIMITS[self.below(LIMITS.len())];
        let verb = self.limit(user, limit);
        self.start(format!("a limit of {limit} for {user}"), None, verb).await
    }

    /// The actions of an administrator. The plan allows schedules as frequent as the simulation's.
    pub(crate) fn limit(&self, user: UserId, limit: u64) -> impl Future<Output = bool> + Send + 'static {
        let verb = self.deployment.set_limits();
        let overrides = Overrides { monthly_runs: Some(limit), ..Overrides::default() };
        async move { verb.set(builders::user(9), user, (Plan::Pro, overrides), &Expected::Any).await.is_ok() }
    }

    async fn create_configuration(&mut self, user: UserId) -> Result<(), String> {
        if self.configurations.len() >= CONFIGURATIONS_MAX {
            return Ok(());
        }
        let verb = self.creation(user);
        self.start(format!("a new configuration of {user}"), None, verb).await
    }

    pub(crate) fn creation(&self, user: UserId) -> impl Future<Output = bool> + Send + 'static {
        let verb = self.deployment.keep_configurations();
        let mut settings = settings(user, self.below(SCHEDULES.len()), self.one_in(2));
        if self.has_several {
            settings = settings.watching(self.any_branches(user));
        }
        async move { verb.create(user, settings, None).await.is_ok() }
    }

    pub(crate) fn inject_fault(&mut self) {
        match self.random.below(12) {
            0 => self.change_git_health(),
            1 => self.model.fail(match self.random.below(4) {
                0 => Some(ModelError::Unavailable { detail: "down".to_owned() }),
                1 => Some(ModelError::PromptTooLong { window_tokens: None }),
                _ => None,
            }),
            2 | 3 => self.receiver.set_mode(self.any_receiver_mode()),
            4 => self.bus.refuse(self.one_in(2)),
            5 => self.queue.refuse(self.one_in(3)),
            6 => self.queue.duplicate_all(),
            7 => {
                self.queue.drop_all();
            }
            8 => self.queue.shuffle(|bound| self.below(bound)),
            9 => self.index.lag(self.one_in(3)),
            _ => self.faults.set_plan(match self.random.below(6) {
                0 | 1 => FaultPlan::default(),
                2 | 3 => plan(10, 4, 5, 3),
                4 => plan(30, 20, 20, 10),
                _ => plan(100, 0, 0, 0),
            }),
        }
    }
}

impl Simulation {
    fn any_receiver_mode(&self) -> ReceiverMode {
        match self.below(8) {
            0 | 1 => ReceiverMode::Accepts,
            7 => ReceiverMode::Gone,
            2 => ReceiverMode::Fails,
            3 => ReceiverMode::Refuses,
            4 => ReceiverMode::Silent,
            _ => ReceiverMode::Random,
        }
    }

    /// Git hosts fail for a moment, for hours or permanently, and most of them recover by themselves.
    fn change_git_health(&self) {
        let now = self.now();
        let health = match self.random.below(12) {
            0 => Health::Fails(GitFailure::Unavailable),
            1 => Health::Fails([GitFailure::NotFound, GitFailure::TokenInvalid][self.below(2)]),
            2 => Health::Fails(GitFailure::RateLimited { retry_after: std::time::Duration::MAX }),
            3 => Health::Truncates,
            4 => Health::RateLimits(now + Duration::seconds(self.number(30))),
            5 => Health::RateLimits(now + Duration::minutes(self.number(90))),
            6 => Health::RateLimits(now + Duration::hours(self.number(40))),
            7 => Health::Unreachable(now + Duration::seconds(self.number(30))),
            8 => Health::Unreachable(now + Duration::minutes(self.number(180))),
            _ => Health::Healthy,
        };
        if self.has_several && !self.one_in(3) {
            let (user, _) = self.any_configuration();
            let repository = location(user, self.any_repository());
            self.log(|| format!("{repository} is {health:?}"));
            self.git.set_health_of(&repository, health);
            return;
        }
        self.log(|| format!("the git host is {health:?}"));
        self.git.set_health(health);
    }
}

fn plan(conflicts: u8, lost_answers: u8, lost_writes: u8, throttles: u8) -> FaultPlan {
    FaultPlan {
        transaction_conflict_percent: conflicts,
        lost_answer_percent: lost_answers,
        lost_write_answer_percent: lost_writes,
        throttle_percent: throttles,
    }
}
