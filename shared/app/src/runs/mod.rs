//! The life of a run, from its reservation to its end.
//!
//! In reading order: [`BeginRun`] reserves a run that a user asks for; [`StartManualRun`] and [`TestReport`] use it,
//! and [`EstimateRun`] says beforehand what a manual run would cost. [`ExecuteRun`] carries out a run request: it
//! reserves the run or takes it over, has a [`Composer`] read the commits and write the text, and ends the run by
//! [`EndRun`]. [`CancelRun`] ends a run that its user no longer wants.
//!
//! The conditions under which a run moves are those of [`RunLedger`](crate::ports::RunLedger). No delivery happens
//! here.

mod begin;
mod cancel;
mod compose;
mod end;
mod estimate;
mod execute;
mod start_manual;
mod test_report;

pub use begin::BeginRun;
pub(crate) use begin::{Begun, NoSubject, NotBegun, Refused, subject};
pub(crate) use cancel::end_unfenced;
pub use cancel::{CancelError, CancelRun};
pub use compose::{Composed, Composer, ModelChoice, NothingNew, Observer, StepTimes, TemporaryFailure};
pub(crate) use compose::{Prices, Room, Stop, briefs, model_asked};
pub use end::{EndRun, Ended, Ending, WarnOfRetirement};
pub use estimate::{Estimate, EstimateError, EstimateRun};
pub(crate) use execute::{Completed, Completion, Held};
pub use execute::{ExecuteError, ExecuteRun, Executed};
pub use start_manual::{StartError, StartManualRun};
pub use test_report::{ENDING_SECONDS, TEST_RANGE_DAYS, TestError, TestReport, Tested};
