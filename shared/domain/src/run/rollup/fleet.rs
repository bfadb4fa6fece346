//! The usage of all accounts in a month, in parts: each is the sum of the rollups of some of the accounts.

use super::{DayFigures, Rollup};
use crate::configuration::Writer;
use crate::id::UserId;
use crate::instant::Instant;
use crate::money::Cost;
use crate::month::Month;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The number of parts. Changing it needs a migration of every rollup.
pub const FLEET_SHARDS: u8 = 8;

/// Accounts that a part lists at most: those that use most. An entry takes up to 50 bytes, and an item 400 KB.
pub const RANKED_MAX: usize = 7_000;

/// Models that a part names at most: those that cost most. The others are one sum.
const MODELS_MAX: usize = 100;

/// The part that an account belongs to.
pub fn fleet_shard(user: UserId) -> u8 {
    user.uuid().as_bytes().last().copied().unwrap_or(0) % FLEET_SHARDS
}

/// What runs of one model used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelUse {
    pub runs: u64,
    pub total_tokens: u64,
    pub cost: Cost,
}

impl ModelUse {
    fn add(&mut self, other: Self) {
        self.runs = self.runs.saturating_add(other.runs);
        self.total_tokens = self.total_tokens.saturating_add(other.total_tokens);
        self.cost += other.cost;
    }
}

/// Sums over accounts. Runs that are still running are in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetTotals {
    /// Accounts with a run that ended, or a block.
    pub accounts: u64,
    /// By the day of the month, from 1.
    pub days: BTreeMap<u32, DayFigures>,
    /// Failed runs by the word of their error code.
    pub errors: BTreeMap<&'static str, u64>,
    /// By name; `None` for runs that called no model.
    pub models: BTreeMap<Option<String>, ModelUse>,
}

impl FleetTotals {
    fn add(&mut self, rollup: &Rollup) {
        for (day, figures) in &rollup.days {
            *self.days.entry(*day).or_default() += *figures;
        }
        for (code, runs) in &rollup.errors {
            add_count(&mut self.errors, code, *runs);
        }
        let total = rollup.total();
        let used = ModelUse { runs: total.runs(), total_tokens: total.tokens.total(), cost: total.cost };
        if used != ModelUse::default() {
            self.models.entry(rollup.of.model.clone()).or_default().add(used);
        }
    }

    /// Adds the sums of other accounts.
    pub fn merge(&mut self, other: Self) {
        self.accounts = self.accounts.saturating_add(other.accounts);
        for (day, figures) in other.days {
            *self.days.entry(day).or_default() += figures;
        }
        for (code, runs) in other.errors {
            add_count(&mut self.errors, code, runs);
        }
        for (model, used) in other.models {
            self.models.entry(model).or_default().add(used);
        }
    }

    /// Joins the models that cost least, so that their number is limited whatever accounts call their own models.
    fn name_fewer_models(&mut self) {
        if self.models.len() <= MODELS_MAX {
            return;
        }
        let mut models: Vec<(Option<String>, ModelUse)> = std::mem::take(&mut self.models).into_iter().collect();
        models.sort_by_key(|(_, used)| Reverse((used.cost, used.runs)));
        for (place, (model, used)) in models.into_iter().enumerate() {
            let named = if place < MODELS_MAX { model } else { Some(Writer::OTHERS.to_owned()) };
            self.models.entry(named).or_default().add(used);
        }
    }
}

fn add_count(counts: &mut BTreeMap<&'static str, u64>, code: &'static str, runs: u64) {
    let sum = counts.entry(code).or_default();
    *sum = sum.saturating_add(runs);
}

/// An account in the list of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankedAccount {
    pub user: UserId,
    pub counted_runs: u64,
    /// The monthly limit that its last run read.
    pub limit: u64,
}

/// One part of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetShard {
    pub month: Month,
    pub shard: u8,
    /// When its sums were begun.
    pub as_of: Instant,
    pub totals: FleetTotals,
    /// Its accounts, the greatest usage first, at most [`RANKED_MAX`].
    pub accounts: Vec<RankedAccount>,
}

/// What an account has used, as far as its rollups are added.
#[derive(Clone, Copy, Debug, Default)]
struct AccountUse {
    counted_runs: u64,
    limit: u64,
    run_at: Option<Instant>,
}

/// A part that is being summed up, rollup by rollup.
#[derive(Clone, Debug, Default)]
pub struct FleetSum {
    totals: FleetTotals,
    accounts: BTreeMap<UserId, AccountUse>,
}

impl FleetSum {
    /// Adds a rollup of one of the part's accounts.
    pub fn add(&mut self, rollup: &Rollup) {
        self.totals.add(rollup);
        let account = self.accounts.entry(rollup.user).or_default();
        account.counted_runs = account.counted_runs.saturating_add(rollup.total().counted_runs);
        if let Some(facts) = rollup.facts.as_ref().filter(|facts| Some(facts.run_at) > account.run_at) {
            (account.limit, account.run_at) = (facts.limit, Some(facts.run_at));
        }
    }

    /// The part, once all its rollups are added.
    pub fn into_shard(self, month: Month, shard: u8, as_of: Instant) -> FleetShard {
        let Self { mut totals, accounts } = self;
        totals.accounts = u64::try_from(accounts.len()).unwrap_or(u64::MAX);
        totals.name_fewer_models();
        let ranked = |(user, used): (UserId, AccountUse)| RankedAccount {
            user,
            counted_runs: used.counted_runs,
            limit: used.limit,
        };
        let mut accounts: Vec<RankedAccount> = accounts.into_iter().map(ranked).collect();
        accounts.sort_by_key(|account| (Reverse(account.counted_runs), account.user));
        accounts.truncate(RANKED_MAX);
        FleetShard { month, shard, as_of, totals, accounts }
    }
}
