//! The life of a run.

mod admission;
mod beside;
mod coverage;
mod estimate;
mod life;
mod manual;
mod own_model;
mod retirement;
mod several;
mod trial;
mod waits;
mod writing;
