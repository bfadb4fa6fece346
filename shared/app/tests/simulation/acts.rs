//! What users, their branches and the world around do.

use crate::driver::{CONFIGURATIONS_MAX, LIMITS, Simulation, location};
use crate::edits::{BRANCHES, Edit, SCHEDULES, edit};
use crate::outside::Mood;
use app::ports::{
    Accounts, Clock, Configurations, GitFailure, IdempotencyKey, ModelError, Repositories, Runs, SecretContext,
};
use domain::configuration::{Coverage, Writer, WriterChoice};
use domain::id::UserId;
use domain::instant::Duration;
use domain::repository::Location;
use domain::run::{Status, Window};
use domain::schedule::Schedule;
use testkit::builders;
use testkit::faults::FaultPlan;

impl Simulation {
    pub(crate) fn change_branch(&mut self) {
        let (user, _) = self.any_configuration();
        let repository = location(user);
        let place = (repository.as_str(), BRANCHES[self.below(BRANCHES.len())]);
        let now = self.now();
        match self.dice.below(10) {
            0..7 => {
                for _ in 0..=self.dice.below(2) {
                    let age = self.number(if self.one_in(4) { 86_400 } else { 60 });
                    self.git.push(place, now - Duration::seconds(age), now);
                }
            }
            7 => self.git.rewrite(place, 1 + self.below(3), now),
            8 => self.git.cut_back(place, 1 + self.below(2)),
            _ => self.git.put_back(place, self.below(8), now),
        }
        self.tell(|| {
            format!(
                "{place:?} has {:?}",
                self.git.commits(place).iter().map(|has| has.commit.sha.as_str()[..6].to_owned()).collect::<Vec<_>>()
            )
        });
    }

    pub(crate) async fn act_as_user(&mut self) -> Result<(), String> {
        let (user, id) = self.any_configuration();
        let deployment = self.deployment.clone();
        let now = self.now();
        match self.dice.below(16) {
            0..5 => {
                let window = Window::new(now - Duration::days(2), now).unwrap();
                let key = (!self.one_in(3)).then(|| IdempotencyKey {
                    key_hash: [u8::try_from(self.dice.below(6)).unwrap(); 32],
                    request_hash: [1; 32],
                });
                let verb = async move { deployment.start_manual_run().start(user, id, window, key).await.is_ok() };
                self.start(format!("manual start of {id}"), None, verb).await
            }
            5..7 => {
                let deadline = now + Duration::minutes(3);
                let deliver = self.one_in(2);
                let verb = async move { deployment.test_report().run(user, id, deliver, deadline).await.is_ok() };
                self.start(format!("test of {id}"), None, verb).await
            }
            7..10 => {
                let from = now - Duration::days(3);
                let runs = self.looker.runs_between(user, from, now + Duration::days(1)).await.unwrap();
                let mut running: Vec<_> = runs.into_iter().filter(|run| run.status() == Status::Running).collect();
                if running.is_empty() {
                    return Ok(());
                }
                let run = running.swap_remove(self.below(running.len())).id;
                let verb = async move { deployment.cancel_run().cancel(user, run).await.is_ok() };
                self.start(format!("cancel of {run}"), None, verb).await
            }
            10..13 => {
                let change = match self.dice.below(8) {
                    0..3 => Edit::Schedule(self.below(SCHEDULES.len())),
                    3..5 => Edit::Branch(self.below(BRANCHES.len())),
                    5 => Edit::Enabled(false),
                    6 => Edit::Enabled(true),
                    _ if self.one_in(3) => Edit::Delete,
                    _ => Edit::Enabled(true),
                };
                let store = self.deployment.store.clone();
                let verb = async move { edit(store.as_ref(), (user, id), change, now).await };
                self.start(format!("{change:?} of {id}"), None, verb).await
            }
            13 => {
                self.make_configuration(user).await;
                Ok(())
            }
            _ => {
                self.change_limit(user).await;
                Ok(())
            }
        }
    }

    pub(crate) async fn change_limit(&mut self, user: UserId) {
        let limit = LIMITS[self.below(LIMITS.len())];
        self.set_limit(user, limit).await;
    }

    pub(crate) async fn set_limit(&mut self, user: UserId, limit: u64) {
        self.tell(|| format!("the limit of {user} is {limit}"));
        let mut account = self.looker.account(user).await.unwrap();
        account.overrides.monthly_runs = Some(limit);
        account.limits_version += 1;
        self.looker.put_account(&account).await.unwrap();
        self.checks.limit_changed(user, self.clock.now());
    }

    pub(crate) async fn make_configuration(&mut self, user: UserId) {
        if self.configurations.len() >= CONFIGURATIONS_MAX {
            return;
        }
        let number = u64::try_from(self.configurations.len()).unwrap() + 1;
        let now = self.now();
        let mut repository = builders::repository(user, 1);
        repository.location = Location::host(&location(user), None).unwrap();
        let mut configuration = builders::configuration(&repository, number);
        let schedule = Schedule::parse(SCHEDULES[self.below(SCHEDULES.len())], "UTC").unwrap();
        let next = schedule.next_after(now);
        configuration.progress.coverage = Coverage::beginning(0, &schedule, now);
        configuration.progress.next_run_at = next;
        configuration.progress.due_at = next;
        configuration.created_at = now;
        configuration.settings.schedule = schedule;
        configuration.settings.webhook = Some(builders::webhook("https://receiver.example.com/hook"));
        if self.one_in(2) {
            configuration.settings.writer = WriterChoice::Chosen(Writer::Model("gpt-4o-mini".to_owned()));
        }
        let context = SecretContext::of_configuration(user, configuration.id);
        configuration.secret = self.deployment.vault.seal(context, &[7; 32]).await.unwrap();
        self.looker.put_repository(&repository).await.unwrap();
        self.looker.put_configuration(&configuration).await.unwrap();
        self.tell(|| {
            format!("a new configuration {} of {user}: {}", configuration.id, configuration.settings.schedule.cron())
        });
        self.configurations.push((user, configuration.id));
    }

    pub(crate) fn disturb(&mut self) {
        match self.dice.below(12) {
            0 => self.git.fail(match self.dice.below(3) {
                0 => Some(GitFailure::Unavailable),
                _ => None,
            }),
            1 => self.model.fail(match self.dice.below(4) {
                0 => Some(ModelError::Unavailable { detail: "down".to_owned() }),
                1 => Some(ModelError::PromptTooLong),
                _ => None,
            }),
            2 | 3 => {
                let moods = [Mood::Takes, Mood::Takes, Mood::Fails, Mood::Refuses, Mood::Silent, Mood::Any, Mood::Any];
                self.receiver.mood(moods[self.below(moods.len())]);
            }
            4 => self.bus.refuse(self.one_in(2)),
            5 => self.queue.refuse(self.one_in(3)),
            6 => self.queue.duplicate_all(),
            7 => {
                self.queue.drop_all();
            }
            8 => self.queue.shuffle(|bound| self.below(bound)),
            9 => self.index.lag(self.one_in(3)),
            _ => self.faults.set_plan(match self.dice.below(6) {
                0 | 1 => FaultPlan::default(),
                2 | 3 => plan(10, 4, 5, 3),
                4 => plan(30, 20, 20, 10),
                _ => plan(100, 0, 0, 0),
            }),
        }
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
