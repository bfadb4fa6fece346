//! A month's usage by configuration, repository or model.

use super::{DayFigures, Rollup, RollupOf};
use crate::instant::Instant;
use crate::words::words;
use std::cmp::Reverse;
use std::collections::BTreeMap;

words! {
    /// What a month's usage is divided by.
    pub enum Breakdown {
        Configuration = "configuration",
        Repository = "repository",
        Model = "model",
    }
}

/// The part of a month's usage that belongs to one configuration, repository or model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The id, or the name of the model; `None` for runs that called no model.
    pub id: Option<String>,
    /// The last known name; `None` for a model, and for a configuration without a name.
    pub name: Option<String>,
    pub figures: DayFigures,
    /// When the last of its runs began; `None` if only blocks belong to it.
    pub last_run_at: Option<Instant>,
}

/// The shares of a month, the most expensive first; with equal costs, the one with most runs. Runs that are still
/// running are in none of them.
pub fn breakdown(rollups: &[Rollup], by: Breakdown) -> Vec<Share> {
    let mut shares: BTreeMap<Option<String>, Share> = BTreeMap::new();
    for rollup in rollups {
        let id = id_of(&rollup.of, by);
        let share = shares.entry(id.clone()).or_insert_with(|| Share {
            id,
            name: None,
            figures: DayFigures::default(),
            last_run_at: None,
        });
        share.figures += rollup.total();
        if let Some(facts) = rollup.facts.as_ref().filter(|facts| Some(facts.run_at) > share.last_run_at) {
            share.last_run_at = Some(facts.run_at);
            share.name = match by {
                Breakdown::Configuration => facts.configuration_name.clone(),
                Breakdown::Repository => Some(facts.repository_name.clone()),
                Breakdown::Model => None,
            };
        }
    }
    let mut shares: Vec<Share> = shares.into_values().collect();
    shares.sort_by_key(|share| Reverse((share.figures.cost, share.figures.runs())));
    shares
}

fn id_of(of: &RollupOf, by: Breakdown) -> Option<String> {
    match by {
        Breakdown::Configuration => Some(of.configuration.to_string()),
        Breakdown::Repository => Some(of.repository.to_string()),
        Breakdown::Model => of.model.clone(),
    }
}
