//! The verbs on the real store: an embedded DynamoDB for each test, under a manual clock.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod branches;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod deletion;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod estimate;
#[cfg(test)]
mod life;
#[cfg(test)]
mod limit;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod optimistic;
#[cfg(test)]
mod own_model;
#[cfg(test)]
mod quota;
#[cfg(test)]
mod recount;
#[cfg(test)]
mod recover;
#[cfg(test)]
mod retirement;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod waits;
#[cfg(test)]
mod writing;
