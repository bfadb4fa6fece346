//! Report configurations.

mod edit;
mod estimate;
mod make;
mod run;
mod trial;
