//! A process and its surroundings: its environment, the queues, the event bus and the key service.
//!
//! `cfg(test)` is always true here; with it clippy recognises the functions beside the tests as tests too.

#[cfg(test)]
mod api_settings;
#[cfg(test)]
mod bus;
#[cfg(test)]
mod bus_docs;
#[cfg(test)]
mod dashboard;
#[cfg(test)]
mod deadline;
#[cfg(test)]
mod function;
#[cfg(test)]
mod kms;
#[cfg(test)]
mod kms_vault;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod surroundings;
#[cfg(test)]
mod template;
