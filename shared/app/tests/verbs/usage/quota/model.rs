//! The model: what is admitted and counted, in plain numbers.

use domain::usage::Admission;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use std::collections::BTreeSet;

/// How a run ends once a worker has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkResult {
    Written,
    Degraded,
    Failed,
}

/// What a user does, or what happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Start { commits: bool },
    Test(WorkResult),
    Execute { which: usize, result: WorkResult },
    Cancel { which: usize },
    Limit(u64),
    NextMonth,
}

/// A month of the model, in plain numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) running: u64,
    pub(super) total: u64,
    pub(super) counted: u64,
    pub(super) successful: u64,
    pub(super) failed: u64,
    pub(super) cancelled: u64,
    pub(super) degraded: u64,
    pub(super) tests: u64,
    pub(super) texts: u64,
    pub(super) alerted: BTreeSet<(u64, u64)>,
}

/// A run of the model that has not ended: its month, and whether there are commits for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    month: usize,
    commits: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) limit: u64,
    pub(super) months: Vec<Figures>,
    pub(super) open: Vec<Open>,
}

impl Model {
    fn now(&mut self) -> &mut Figures {
        self.months.last_mut().unwrap()
    }

    pub(super) fn admits(&self, test: bool) -> Admission {
        let month = self.months.last().unwrap();
        let uncounted = month.total - month.counted;
        if self.limit == 0 || (!test && month.counted >= self.limit) {
            Admission::LimitReached
        } else if uncounted >= 20 * self.limit {
            Admission::UncountedReached
        } else if !test && month.counted + month.running >= self.limit {
            Admission::SlotsInUse
        } else {
            Admission::Admitted
        }
    }

    /// A counted success reports the thresholds of the current limit that it reaches.
    fn count(&mut self, month: usize) {
        let limit = self.limit;
        let month = &mut self.months[month];
        month.counted += 1;
        for percent in [80, 100] {
            if limit > 0 && month.counted * 100 >= limit * percent {
                month.alerted.insert((percent, limit));
            }
        }
    }

    fn end(&mut self, month: usize, result: WorkResult, commits: bool, may_count: bool) {
        let figures = &mut self.months[month];
        if result == WorkResult::Failed {
            figures.failed += 1;
            return;
        }
        figures.successful += 1;
        if !commits {
            return;
        }
        if result == WorkResult::Degraded {
            figures.degraded += 1;
        } else {
            figures.texts += 1;
            if may_count {
                self.count(month);
            }
        }
    }
}

fn result() -> impl Strategy<Value = WorkResult> {
    prop_oneof![3 => Just(WorkResult::Written), 1 => Just(WorkResult::Degraded), 1 => Just(WorkResult::Failed)]
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        (0_u64..5).prop_map(|limit| Self { limit, months: vec![Figures::default()], open: Vec::new() }).boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let which = 0_usize..6;
        prop_oneof![
            6 => any::<bool>().prop_map(|commits| Step::Start { commits }),
            4 => result().prop_map(Step::Test),
            6 => (which.clone(), result()).prop_map(|(which, result)| Step::Execute { which, result }),
            2 => which.prop_map(|which| Step::Cancel { which }),
            2 => (0_u64..6).prop_map(Step::Limit),
            1 => Just(Step::NextMonth),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Start { commits } => {
                if state.admits(false) == Admission::Admitted {
                    let month = state.months.len() - 1;
                    state.open.push(Open { month, commits: *commits });
                    state.now().total += 1;
                    state.now().running += 1;
                }
            }
            Step::Test(result) => {
                if state.admits(true) == Admission::Admitted {
                    state.now().total += 1;
                    state.now().tests += 1;
                    let month = state.months.len() - 1;
                    state.end(month, *result, true, false);
                }
            }
            Step::Execute { which, result } => {
                if *which < state.open.len() {
                    let open = state.open.remove(*which);
                    state.months[open.month].running -= 1;
                    state.end(open.month, *result, open.commits, true);
                }
            }
            Step::Cancel { which } => {
                if *which < state.open.len() {
                    let open = state.open.remove(*which);
                    state.months[open.month].running -= 1;
                    state.months[open.month].cancelled += 1;
                }
            }
            Step::Limit(limit) => state.limit = *limit,
            Step::NextMonth => state.months.push(Figures::default()),
        }
        state
    }
}
