//! The forms of the files: CSV with quotes, line breaks, NULL and a byte order mark, and JSON lines.

use super::{ANN, Columns, Import, csv, id, refused, rows, run, user};
use domain::run::Run;
use git_report::migrate::{Options, Rows, Table};

async fn stored(import: &Import) -> Vec<Run> {
    import.deployment().store.runs(user(ANN), 100, None).await.unwrap().items
}

/// The text of the only run.
async fn text(import: &Import) -> Option<String> {
    let run = stored(import).await.remove(0);
    import.deployment().store.content(user(ANN), run.id).await.unwrap().map(|content| content.text)
}

#[tokio::test]
async fn quotes_and_line_breaks_in_csv_are_kept() {
    let content = "# \"Weekly\", a report\n\n- one\n- two, \"three\"";
    let text_of_file = csv(&[run().with("report_content", content), run().with("id", id(2)).with("status", "x")]);
    for (ending, file) in [("lf", text_of_file.clone()), ("crlf", text_of_file.replace('\n', "\r\n"))] {
        let import = Import::new().await;
        let options = Options { runs: vec![import.file("runs.csv", file)], ..Options::default() };
        let (tally, _) = import.import(&options).await;
        assert_eq!(rows(&tally, Table::Runs), Rows { read: 2, written: 1, there: 0, refused: 1 }, "{ending}");
        assert_eq!(refused(&tally)[0].0, 6, "{ending}: the line of the second row, after five of the first");
        let text = text(&import).await.unwrap();
        assert!(text.contains("\"Weekly\"") && text.contains("- two, \"three\""), "{ending}: {text}");
    }
}

#[tokio::test]
async fn byte_order_mark_is_skipped() {
    let import = Import::new().await;
    let line = format!("\u{feff}{}\n", run().with("id", id(2)).json());
    let files = vec![import.file("runs.csv", format!("\u{feff}{}", csv(&[run()]))), import.file("runs.jsonl", line)];
    let (tally, _) = import.import(&Options { runs: files, ..Options::default() }).await;
    assert_eq!(rows(&tally, Table::Runs), Rows { read: 2, written: 2, there: 0, refused: 0 });
}

/// Every column that may be NULL.
fn without_values(null: &str) -> Columns {
    let kept = ["id", "user_id", "repository_id", "report_configuration_id", "started_at", "status"];
    let values = run().0.into_iter();
    Columns(values.map(|(name, value)| (name, if kept.contains(&name) { value } else { null.to_owned() })).collect())
}

#[tokio::test]
async fn null_is_absent_in_each_form() {
    let mut found = Vec::new();
    let object = without_values("").json().replace("\"\"", "null");
    for (name, text) in [
        ("empty.csv", csv(&[without_values("")])),
        ("marked.csv", csv(&[without_values("\\N")])),
        ("null.jsonl", object),
    ] {
        let import = Import::new().await;
        let (tally, _) = import.import(&Options { runs: vec![import.file(name, text)], ..Options::default() }).await;
        assert_eq!(refused(&tally), [], "{name}");
        found.push(stored(&import).await.remove(0));
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
    let run = &found[0];
    assert_eq!(run.end().unwrap().at, run.started_at, "nothing says when it ended");
    assert_eq!((run.figures.tokens.total(), run.figures.model.clone(), run.delivery.attempts), (0, None, 0));
    assert_eq!(run.figures.total_cost(), Some(domain::money::Cost::ZERO));
}

#[tokio::test]
async fn csv_and_json_give_the_same_records() {
    let typed = run()
        .json()
        .replace("\"1500\"", "1500")
        .replace("\"0.000405\"", "4.05e-4")
        .replace("\"t\"", "true")
        .replace("2026-06-10 09:00:00.123456+00", "2026-06-10T09:00:00.123456+00:00")
        .replace("\"204\"", "204");
    let snapshot =
        r#""configuration_snapshot":{"name":"Daily then","branch":"main","webhook_url":"https://example.com/s3cret"}"#;
    let begin = typed.find("\"configuration_snapshot\"").unwrap();
    let end = begin + typed[begin..].find("\",\"").unwrap() + 1;
    let typed = format!("{}{snapshot}{}", &typed[..begin], &typed[end..]);
    let (from_csv, from_json) = (Import::new().await, Import::new().await);
    from_csv.import(&from_csv.runs(&[run()])).await;
    let file = from_json.file("runs.jsonl", format!("\n{typed}\n\n"));
    let (tally, _) = from_json.import(&Options { runs: vec![file], ..Options::default() }).await;
    assert_eq!(refused(&tally), []);
    assert_eq!(from_csv.items().await, from_json.items().await);
}

#[tokio::test]
async fn broken_lines_are_refused_alone() {
    let import = Import::new().await;
    let lines = [run().json(), "{\"id\": ".to_owned(), "[]".to_owned(), String::new(), run().with("id", id(2)).json()];
    let json = import.file("runs.jsonl", lines.join("\n"));
    let (tally, _) = import.import(&Options { runs: vec![json], ..Options::default() }).await;
    assert_eq!(rows(&tally, Table::Runs), Rows { read: 4, written: 2, there: 0, refused: 2 });
    let reasons = refused(&tally);
    assert!(reasons[0].0 == 2 && reasons[0].1.contains("not JSON"), "{reasons:?}");
    assert!(reasons[1].0 == 3 && reasons[1].1.contains("not a JSON object"), "{reasons:?}");

    let text = csv(&[run().with("id", id(3)), run().with("id", id(4)), run().with("id", id(5))]);
    let mut bytes = text.replace(&id(4), &format!("{},extra", id(4))).into_bytes();
    let place = bytes.windows(5).rposition(|part| part == b"Daily").unwrap();
    bytes[place] = 0xFF;
    let file = import.file("runs.csv", bytes);
    let (tally, _) = import.import(&Options { runs: vec![file], ..Options::default() }).await;
    assert_eq!(rows(&tally, Table::Runs), Rows { read: 3, written: 1, there: 0, refused: 2 });
    let reasons = refused(&tally);
    assert!(reasons[0].1.contains("25 values") && reasons[1].1.contains("not UTF-8"), "{reasons:?}");
}

#[tokio::test]
async fn incomplete_file_is_noticed() {
    let import = Import::new().await;
    let text = csv(&[run(), run().with("id", id(2))]);
    // The file ends within the last text, which begins with a quote.
    let cut = text.rfind("please").unwrap();
    let file = import.file("runs.csv", &text[..cut]);
    let (tally, _) = import.import(&Options { runs: vec![file], ..Options::default() }).await;
    assert_eq!(rows(&tally, Table::Runs), Rows { read: 2, written: 1, there: 0, refused: 1 });
    assert!(refused(&tally)[0].1.contains("ends inside a quoted value"), "{:?}", refused(&tally));
}

#[tokio::test]
async fn columns_that_are_not_imported_are_named() {
    let import = Import::new().await;
    let more = run().with("trace_id", "1");
    let json = import.file("runs.jsonl", run().with("id", id(2)).with("span", "2").json());
    let runs = vec![import.file("runs.csv", csv(&[more])), json];
    let (tally, _) = import.import(&Options { runs, ..Options::default() }).await;
    let ignored: Vec<&str> = tally.ignored.iter().map(|(_, column)| column.as_str()).collect();
    assert_eq!(ignored, ["span", "trace_id"]);
}
