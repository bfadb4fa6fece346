//! Git hosts: the answers of each, and the failures that all have in common.

mod activity;
mod below;
mod changes;
mod gitea;
mod github;
mod github_branches;
mod gitlab;
mod hosts;
mod newcomers;
mod pages;
mod paths;
mod refusals;
mod temporary;
