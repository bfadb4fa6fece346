//! What is wrong with a model's answer.

use super::{brief, history, with};
use domain::digest::Digest;
use domain::report::Style;
use domain::report::answer::{AnswerEnd, Fault, fault};

fn found_in(answer: &str, language: &str) -> Option<Fault> {
    let history = history();
    let brief = with(brief(&history, Style::Standard), |writing| language.clone_into(&mut writing.language));
    fault(answer, AnswerEnd::Whole, &brief, &Digest::of(&brief.range()))
}

fn found(text: &str) -> Option<Fault> {
    found_in(&format!("# Harbour\n\n{text}"), "en")
}

const ENGLISH: &str = "The map now shows which berths are free, and asks for them once a minute. Harbour dues can be \
                       exported as a table, which the harbour master asked for in spring, and sessions are kept while \
                       a tab sleeps. Tides are returned in metres, which every client of the interface must consider.";

const GERMAN: &str = "Die Karte zeigt jetzt, welche Liegeplätze frei sind, und fragt einmal in der Minute nach. Die \
                      Hafengebühren lassen sich als Tabelle ausgeben, worum der Hafenmeister im Frühjahr gebeten \
                      hatte. Gezeiten werden in Metern geliefert, was jedes Programm beachten muss.";

#[test]
fn right_report_has_no_fault() {
    let history = history();
    let (one, two) = (history[1].sha.short(), history[2].sha.short());
    for text in [
        ENGLISH.to_owned(),
        format!("Berths are on the map (`{one}`, `{two}`), and one id is wrong (`abc1234`)."),
        "18 commits by 4 people and 1 bot: 16 changes, 1 breaking change, 2 features and 4 fixes.".to_owned(),
        "**18 commits** and 2 merges, +1,072 lines, 50 % of them in 3 files since 2019.".to_owned(),
        "Changes: 3 of them matter. Authors: Ada. Two commits of nineteen people's wishes; one 57-page manual."
            .to_owned(),
        "Commits: `1234567`, #57 and 2019. A 4k screen changes nothing, and 57 new berths are free.".to_owned(),
        "Version 57 fixes the map, Node 22 changes the clock, and #412 features lamps. Port 8080 changes.".to_owned(),
    ] {
        assert_eq!(found(&text), None, "{text}");
    }
}

#[test]
fn mostly_foreign_ids_are_a_fault() {
    let id = history()[1].sha.short().to_owned();
    let three = "Berths (`abc1234`) and lamps (`def5678`, `0a1b2c3`";
    assert_eq!(found(&format!("{three}).")), Some(Fault::ForeignIds));
    assert_eq!(found(&format!("{three}, `{id}`).")), Some(Fault::ForeignIds));
    assert_eq!(found("Berths (`abc1234`) and lamps (`def5678`)."), None, "a few are removed");
    assert_eq!(found(&format!("Berths (`abc1234`) and lamps (`{id}`).")), None);
    let thought = "<think>As in `1a2b3c4` and `5d6e7f8`.</think>\n# Harbour\n\nBerths are on the map.";
    assert_eq!(found_in(thought, "en"), None, "a thought is not the report");
}

#[test]
fn impossible_figure_is_a_fault() {
    for (text, figure) in [
        ("The team made 57 commits.", "57 commits"),
        ("The team made **1,234 changes**, at last.", "1234 changes"),
        ("It was the work of 9 people.", "9 people"),
        ("With 30 breaking changes, much is new.", "30 breaking"),
        ("In all, 19 merges.", "19 merges"),
        ("Commits: 57. Contributors: 3.", "57 commits"),
        ("**Contributors:** 12, **Commits:** 18", "12 contributors"),
        ("There were fifty-seven commits.", "57 commits"),
        ("Ninety commits are a lot.", "90 commits"),
        ("It has 1.5k commits.", "1500 commits"),
        ("With 70 bug fixes and 9 new features, much is new.", "70 fixes"),
    ] {
        assert_eq!(found(text), Some(Fault::Figure(figure.to_owned())), "{text}");
        assert!(Fault::Figure(figure.to_owned()).request().contains(figure));
    }
}

#[test]
fn other_language_is_a_fault_if_the_text_is_long_enough() {
    let of = |text: &str, language: &str| found_in(&format!("# Harbour\n\n{text}"), language);
    for language in ["German", "de", "de-CH", "DE"] {
        assert_eq!(of(ENGLISH, language), Some(Fault::Language), "{language}");
        assert_eq!(of(GERMAN, language), None, "{language}");
        assert_eq!(of("Free berths are on the map now.", language), None, "too short to be sure");
    }
    assert_eq!(of(GERMAN, "English"), Some(Fault::Language));
    assert_eq!(of(GERMAN, "the language of pirates"), None, "an unknown one is not compared");
}

#[test]
fn answer_without_a_report_is_a_fault() {
    assert_eq!(found_in("I can't.", "en"), Some(Fault::NoReport));
    for refusal in [
        "I'm sorry, but I can't help with that.",
        "I can’t summarise this data.",
        "_As an AI model_, I have no access to repositories.",
        "> Unfortunately, I don't see any commits.",
        "Please provide the commits.",
        "Es tut mir leid, dabei kann ich nicht helfen.",
        "抱歉,我无法回答。",
        "**I'm sorry, I can't help.**",
        "**Summary**\n\nI cannot access the repository.",
    ] {
        assert_eq!(found(refusal), Some(Fault::NoReport), "{refusal}");
    }
    let id = history()[1].sha.short().to_owned();
    for report in [
        format!("I can't say more of this one than its title (`{id}`)."),
        "Sorry pages are now translated.".to_owned(),
        "Apology letters are sent by post.\n\nI'm sorry is what the page says.".to_owned(),
    ] {
        assert_eq!(found(&report), None, "{report}");
    }
    // What ended without a text is not asked for again.
    for answer in ["", "<think>Hm.</think>"] {
        assert_eq!(found_in(answer, "en"), None, "{answer}");
    }
    for fault in [Fault::NoReport, Fault::ForeignIds, Fault::Language] {
        assert!(fault.request().ends_with(".\n") && fault.request().len() < 200, "{fault:?}");
    }
}
