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
    pub(crate) deliveries: Deliveries,
    pub(crate) dropped: u64,
    pub(crate) resumed_late: u64,
    pub(crate) reported: u64,
    pub(crate) deleted: u64,
    pub(crate) writes: u64,
}

/// What became of the reports that were to be delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deliveries {
    pub(crate) delivered: u64,
    /// Known not to be delivered.
    pub(crate) failed: u64,
    pub(crate) recorded: u64,
    /// Requests that the receiver saw; each is a recorded attempt.
    pub(crate) requests: u64,
}

impl Deliveries {
    fn add(&mut self, other: &Self) {
        self.delivered += other.delivered;
        self.failed += other.failed;
        self.recorded += other.recorded;
        self.requests += other.requests;
    }
}

impl fmt::Display for Deliveries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { delivered, failed, recorded, requests } = self;
        let all = delivered + failed;
        write!(
            formatter,
            "{all} deliveries ({delivered} delivered, {failed} known not to be) with {recorded} recorded attempts, of \
             which the receiver saw {requests}"
        )
    }
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
        self.deliveries.add(&other.deliveries);
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
            deliveries,
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
             {deliveries}, {dropped} verbs dropped, {resumed_late} resumed after their lease, \
             {reported} commits reported, {deleted} accounts deleted, {writes} writes"
        )
    }
}
