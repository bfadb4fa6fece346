//! What the schedules do, for programs that compare it with other libraries (`infra/time/check`).
//!
//! `fires`: each line of the input is `expression<TAB>zone<TAB>instant<TAB>count`; the answer's line has the next fires
//! after the instant, or `!` and why the schedule is refused. `zones FROM TO`: a line for every zone and change of its
//! clock between two instants, `zone<TAB>instant<TAB>seconds from UTC`, and one for `FROM` itself.

use domain::instant::{Instant, parse, text};
use domain::schedule::{Schedule, Zone};
use std::io::{BufRead, Error, Result, Write};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["fires"] => {
            for line in std::io::stdin().lock().lines() {
                writeln!(out, "{}", fires(&line?)?)?;
            }
        }
        ["zones", from, to] => zones(instant(from)?, instant(to)?, &mut out)?,
        _ => return Err(Error::other("usage: fires | zones FROM TO")),
    }
    out.flush()
}

fn fires(line: &str) -> Result<String> {
    let [cron, zone, after, count] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(Error::other(format!("four columns are expected: {line}")));
    };
    let count = count.parse().map_err(Error::other)?;
    match Schedule::parse(cron, zone) {
        Ok(schedule) => {
            Ok(schedule.upcoming(instant(after)?, count).into_iter().map(text).collect::<Vec<_>>().join(" "))
        }
        Err(error) => Ok(format!("!{error}")),
    }
}

fn zones(from: Instant, to: Instant, out: &mut impl Write) -> Result<()> {
    for name in Zone::names() {
        let zone = Zone::parse(&name).map_err(Error::other)?;
        let mut stretch = zone.stretch(from);
        writeln!(out, "{name}\t{}\t{}", text(from), stretch.offset.num_seconds())?;
        while let Some(change) = stretch.end.filter(|change| *change < to) {
            stretch = zone.stretch(change);
            writeln!(out, "{name}\t{}\t{}", text(change), stretch.offset.num_seconds())?;
        }
    }
    Ok(())
}

fn instant(text: &str) -> Result<Instant> {
    parse(text).ok_or_else(|| Error::other(format!("'{text}' is not an RFC 3339 instant")))
}
