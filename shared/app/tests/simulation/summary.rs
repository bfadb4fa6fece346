//! The results of the seeds.

use std::fmt;

/// The result of a seed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) steps: u64,
    pub(crate) runs: u64,
    pub(crate) counted: u64,
    pub(crate) taken_over: u64,
    pub(crate) waited: u64,
    pub(crate) extreme: u64,
    pub(crate) blocked: u64,
    pub(crate) disabled: u64,
    pub(crate) dropped: u64,
    pub(crate) resumed_late: u64,
    pub(crate) reported: u64,
    pub(crate) deleted: u64,
    pub(crate) writes: u64,
}

impl Summary {
    pub(crate) fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.runs += other.runs;
        self.counted += other.counted;
        self.taken_over += other.taken_over;
        self.waited += other.waited;
        self.extreme += other.extreme;
        self.blocked += other.blocked;
        self.disabled += other.disabled;
        self.dropped += other.dropped;
        self.resumed_late += other.resumed_late;
        self.reported += other.reported;
        self.deleted += other.deleted;
        self.writes += other.writes;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            steps,
            runs,
            counted,
            taken_over,
            waited,
            extreme,
            blocked,
            disabled,
            dropped,
            resumed_late,
            reported,
            deleted,
            writes,
        } = self;
        write!(
            formatter,
            "{steps} steps, {runs} runs, {counted} counted, {taken_over} taken over, {waited} waits for a git host, \
             {extreme} answers with extreme counts of tokens, {blocked} fires blocked, {disabled} webhooks disabled, \
             {dropped} verbs dropped, {resumed_late} resumed after their lease, {reported} commits reported, \
             {deleted} accounts deleted, {writes} writes"
        )
    }
}
