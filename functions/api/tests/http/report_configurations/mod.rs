//! Report configurations.

mod edit;
mod make;
mod run;
mod trial;
