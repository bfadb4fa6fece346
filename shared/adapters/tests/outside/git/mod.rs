//! Git hosts: what each answers in its own way, and what all of them refuse alike.

mod below;
mod gitea;
mod github;
mod github_branches;
mod gitlab;
mod hosts;
mod pages;
mod refusals;
mod temporary;
