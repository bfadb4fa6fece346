//! Every path of a run's life, with a worker that dies at every call it makes.
//!
//! A pass without faults records the calls. Then the path is repeated for every call, before and after it, and for both
//! fates of the message that the dead worker held: it is received again, or it is lost. Then time passes, and the
//! invariants must hold: every run ends once, is counted once, and its report is delivered or known not to be.
//!
//! Not promised, and allowed here: a webhook arrives twice if its worker died after the receiver had it and before that
//! was recorded; a text is paid twice if its worker died after the model's answer, and then the first payment is
//! unknown; an event is published twice, with the same id, if its worker died before it removed the event from the
//! outbox. A test is delivered once, so that after a death in its delivery it is not known to be delivered.
#![expect(clippy::large_futures, reason = "a walk holds a whole world, once at a time")]

#[cfg(test)]
mod deletion;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod path;
