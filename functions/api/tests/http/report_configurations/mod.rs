//! Report configurations.

mod edit;
mod endpoint;
mod estimate;
mod headers;
mod make;
mod models;
mod preview;
mod recover;
mod repositories;
mod run;
mod secrets;
mod trial;
