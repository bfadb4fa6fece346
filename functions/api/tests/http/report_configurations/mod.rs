//! Report configurations.

mod edit;
mod endpoint;
mod estimate;
mod headers;
mod make;
mod models;
mod recover;
mod run;
mod secrets;
mod trial;
