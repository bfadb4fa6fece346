//! Report configurations.

mod edit;
mod estimate;
mod make;
mod recover;
mod run;
mod trial;
