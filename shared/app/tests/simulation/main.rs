//! A simulation: the real verbs on the real store, under a manual clock, with all kinds of faults, drawn by a seed.
//!
//! Two users have reports on several schedules, start them manually, test, cancel and redeliver them, edit, disable
//! and delete them; in half of the seeds a report is about up to five branches of three repositories, whose list is
//! changed, and which fail and are deleted one by one; their limits are raised and lowered, and a month is recounted
//! while runs end; in every third seed they close their accounts and new users replace them: all by the verbs that the
//! API calls.
//! At every request to the store a verb can be dropped, before or after the request took effect, or suspended and
//! resumed hours later, when other workers have taken over its run. Messages are duplicated, late, reordered or lost;
//! transactions meet conflicts, requests are throttled, answers are lost; the clock jumps, across ends of months and a
//! little back; the due index returns old answers; branches are pushed to, rewritten, reset and restored; git hosts
//! limit requests, cut off answers, fail and recover; receivers die, answer now and then, recover, are disabled and
//! enabled again; model, queue and event bus fail, and the model's servers count tokens as zero, not at all, too high
//! and as impossible numbers.
//!
//! A failure is, after any step: a counter that differs from its runs; more slots used than the limit that a
//! reservation read; a running scheduled run that is not its configuration's active run; a text or an end that changed;
//! tokens that were added twice; an attempt to deliver that was made twice under one number; a verb that makes requests
//! without end; a configuration that is due while its webhook is disabled; in a closed account, a run that starts or
//! reappears after everything was stopped, or one that is erased while it runs. And at the end, without further faults:
//! a run that is still running, a slot that is not released, a report neither delivered nor known not to be, a
//! threshold or a pause reported twice, a webhook that stays disabled after it was enabled, a configuration that waits
//! for the 1st although its limit was raised, a commit reported twice by the scheduled runs of one generation of a
//! branch's coverage, or never; a closed account that leaves more than its usage, its audit and a tombstone.
//!
//! A suspended verb resumes hours or months later; only in the seeds with closed accounts none resumes after more than
//! an hour, because the erasure relies on that.
//!
//! No failure is: a verb that returns an error; a run that failed, was cancelled or abandoned; a webhook that arrived
//! twice under the numbers of two attempts (its receiver had it, and the answer was lost); a commit that two
//! generations, or a manual run, repeat; one that was committed before the first report's period, or more than six days
//! before it reached the branch; a text that was paid for by a worker which died before it had stored it.
//!
//! `cargo test -p app --test simulation` runs the seeds of every build. `SIMULATION_SEEDS` and `SIMULATION_STEPS` set
//! their number and length, `SIMULATION_SEED` runs a single one and `SIMULATION_TRACE=1` prints each step of it. A
//! thousand seeds of five hundred steps:
//!
//! ```text
//! SIMULATION_SEEDS=1000 SIMULATION_STEPS=500 cargo test -p app --test simulation --profile simulation
//! ```

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod acts;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod driver;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod git;
#[cfg(test)]
mod model;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod rest;
mod rollups;
#[cfg(test)]
mod summary;
#[cfg(test)]
mod task;

#[cfg(test)]
mod tests {
    use crate::driver::Simulation;
    use crate::summary::Summary;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Instant;

    /// Seeds that once failed, with the step of the failure and its cause.
    const REGRESSIONS: &[(u64, u32, &str)] = &[
        (53, 500, "a report that was made a month late was not found after a force-push, and its commits came twice"),
        (88, 500, "the same, half an hour after the late report"),
        (32, 500, "a commit returned, and the run that found it was two months late"),
        (101, 500, "a commit returned after the branch was cut back to one that no report had, and came twice"),
    ];

    const SEEDS: u64 = 24;
    const STEPS: u32 = 200;
    const THREADS: u64 = 2;

    #[expect(clippy::disallowed_methods, reason = "the caller sets how long a simulation lasts")]
    fn variable(name: &str) -> Option<u64> {
        std::env::var(name).ok()?.parse().ok()
    }

    fn simulate(seed: u64, steps: u32) -> Result<Summary, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let trace = variable("SIMULATION_TRACE") == Some(1);
        runtime.block_on(tokio::task::unconstrained(Simulation::run(seed, steps, trace))).map_err(|violation| {
            format!(
                "seed {seed}: {violation}\n  repeat it: SIMULATION_SEED={seed} SIMULATION_STEPS={steps} \
                 SIMULATION_TRACE=1 cargo test -p app --test simulation every_seed -- --nocapture"
            )
        })
    }

    #[test]
    fn every_seed_keeps_every_promise() {
        let steps = variable("SIMULATION_STEPS").and_then(|steps| u32::try_from(steps).ok()).unwrap_or(STEPS);
        let (first, end) = match variable("SIMULATION_SEED") {
            Some(seed) => (seed, seed + 1),
            None => (1, variable("SIMULATION_SEEDS").unwrap_or(SEEDS) + 1),
        };
        let began = Instant::now();
        let next = AtomicU64::new(first);
        let failures = Mutex::new(Vec::new());
        let total = Mutex::new(Summary::default());
        std::thread::scope(|scope| {
            for _ in 0..THREADS.min(end - first) {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= end || failures.lock().unwrap().len() >= 5 {
                            return;
                        }
                        match simulate(seed, steps) {
                            Ok(summary) => total.lock().unwrap().add(&summary),
                            Err(failure) => failures.lock().unwrap().push(failure),
                        }
                    }
                });
            }
        });
        let failures = failures.into_inner().unwrap();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        let total = total.into_inner().unwrap();
        let is_thorough = total.waited > 0 && total.extreme > 0;
        assert!(is_thorough || end - first < SEEDS, "no run waits for its git host, or no count is extreme: {total}");
        let seconds = began.elapsed().as_secs_f64();
        println!("{} seeds of {steps} steps in {seconds:.1} s: {}", end - first, total);
    }

    #[test]
    fn seeds_that_once_failed_hold() {
        for (seed, steps, what) in REGRESSIONS {
            simulate(*seed, *steps).unwrap_or_else(|failure| panic!("{what}: {failure}"));
        }
    }

    #[test]
    fn a_seed_repeats_itself() {
        let (once, again) = (simulate(3, 120).unwrap(), simulate(3, 120).unwrap());
        assert_eq!(once, again);
    }
}
