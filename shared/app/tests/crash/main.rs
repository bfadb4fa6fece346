//! Every path of a run's life, with a worker that dies at every call it makes.
//!
//! A clean pass records the calls. Then the path is walked once for every call, for both sides of it, and for both
//! fates of the message that the dead worker held: it comes again, or it is lost. After that time passes, and the
//! invariants must hold: every run ends once, is counted once, and its report is delivered or known not to be.
//!
//! What is not promised, and is asked for no more than this: a webhook arrives twice where its worker died after the
//! receiver had it and before that was recorded; a text is paid twice where its worker died with the model's answer in
//! hand, and the first payment is then known to nobody; an event is published twice, with the same id, where its
//! worker died before it took it from the outbox. A test is tried once, so that a death in its delivery leaves it not
//! known to be delivered.
#![expect(clippy::large_futures, reason = "a walk holds a whole world, once at a time")]

#[cfg(test)]
mod deletion;
#[cfg(test)]
mod house;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod path;
