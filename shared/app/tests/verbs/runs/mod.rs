//! The life of a run.

mod admission;
mod beside;
mod coverage;
mod estimate;
mod hosts;
mod life;
mod manual;
mod newcomers;
mod own_model;
mod paths;
mod retirement;
mod several;
mod trend;
mod trial;
mod waits;
mod writing;
