//! For each answer of `infra/text/answers.json`, and for the answer of an obeying model to each message of
//! `infra/text/injections.json`, a line of JSON: its name, its text, the report that is stored, and the body of the
//! message with it in each format. `infra/text/check` compares them with other parsers.

use adapters::webhook::body;
use domain::delivery::Shape;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::Write;
use testkit::answers::{PUBLIC_URL, answers, injections, message};

fn main() -> Result<(), Box<dyn Error>> {
    let public_url = PUBLIC_URL.parse()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let of_answers = answers().into_iter().map(|answer| (answer.name.clone(), answer.text(), answer.stored()));
    let of_injections = injections().into_iter().map(|one| (one.name.clone(), one.answer.clone(), one.stored()));
    for (name, answer, stored) in of_answers.chain(of_injections) {
        let message = message(&stored);
        let mut bodies = Map::new();
        for shape in Shape::ALL {
            let body: Value = serde_json::from_slice(&body(shape, &message, Some(&public_url))?)?;
            bodies.insert(shape.as_str().to_owned(), body);
        }
        writeln!(out, "{}", json!({ "name": name, "answer": answer, "stored": stored, "bodies": bodies }))?;
    }
    Ok(())
}
