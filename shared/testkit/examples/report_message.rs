//! The message with a report in each format, for `infra/reports/page`.
//!
//! `report_message OWNER/NAME COMMITS HEADLINE`: the input is the report; the output is a JSON object of the bodies by
//! the names of their formats.

use adapters::webhook::body;
use app::ports::MessageBody;
use domain::delivery::Shape;
use domain::run::{End, Findings, Outcome, Phase};
use serde_json::{Map, Value};
use std::io::{Error, Read, Write};
use testkit::answers::{PUBLIC_URL, message};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, commits, headline] = arguments.as_slice() else {
        return Err(Error::other("usage: report_message OWNER/NAME COMMITS HEADLINE").into());
    };
    let mut report = String::new();
    std::io::stdin().read_to_string(&mut report)?;
    let mut message = message(&report);
    if let MessageBody::Report { run, .. } = &mut message.body {
        run.snapshot.repository_name.clone_from(repository);
        let findings =
            Findings { headline: Some(headline.to_owned()), commits: commits.parse()?, ..Findings::default() };
        run.phase = Phase::Ended(End { at: run.started_at, outcome: Outcome::Success(findings), counted: true });
    }
    let public_url = PUBLIC_URL.parse()?;
    let mut bodies = Map::new();
    for shape in Shape::ALL {
        let body: Value = serde_json::from_slice(&body(shape, &message, Some(&public_url))?)?;
        bodies.insert(shape.as_str().to_owned(), body);
    }
    writeln!(std::io::stdout().lock(), "{}", Value::Object(bodies))?;
    Ok(())
}
