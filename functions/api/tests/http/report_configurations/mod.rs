//! Report configurations.

mod edit;
mod endpoint;
mod estimate;
mod make;
mod models;
mod recover;
mod run;
mod trial;
