//! Report configurations.

mod edit;
mod estimate;
mod headers;
mod make;
mod models;
mod recover;
mod run;
mod secrets;
mod trial;
