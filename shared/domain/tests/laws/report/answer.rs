//! The report in the answer of a model.

use super::{brief, history};
use domain::digest::Digest;
use domain::report::answer::{AnswerEnd, bounded, report_of};
use domain::report::plain::REPORT_BYTES_MAX;
use domain::report::{DegradedReason, Style};
use proptest::prelude::*;

const REPORT: &str = "# Harbour\n\n- Tides in metres";
const BODY: &str = "- Tides in metres";

const TITLE: &str = "# tidepool/harbour: 4 – 11 May 2026\n\n";
const FIGURES: &str = "Branch **main**: 18 commits by 4 people and 1 bot, +1,072 −620 lines; 2 merges not counted.\n";

/// The model's words in the report of an answer: without our title, figures and, if it is there, our sentence.
fn ended(answer: &str, end: AnswerEnd) -> Result<String, DegradedReason> {
    let history = history();
    let brief = brief(&history, Style::Standard);
    let report = report_of(answer, end, &brief, &Digest::of(&brief.range()))?.text;
    assert!(report.len() <= REPORT_BYTES_MAX && report.starts_with(TITLE), "{report}");
    let (before, after) = report.split_once(FIGURES).expect("the figures");
    let before = before.strip_prefix(TITLE).expect("the title").trim();
    let opening = if before.starts_with("4 people made ") { "" } else { before };
    Ok(format!("{opening}\n\n{}", after.trim()).trim().to_owned())
}

/// A text without the heading that it begins with.
fn bare(text: &str) -> &str {
    text.split_once("\n\n").filter(|(heading, _)| heading.starts_with('#')).map_or(text, |(_, rest)| rest)
}

fn report(answer: &str) -> Result<String, DegradedReason> {
    ended(answer, AnswerEnd::Whole)
}

#[test]
fn thinking_before_a_report_is_removed() {
    for (before, after) in [
        ("<think>\nThe user wants # a heading.\n</think>\n\n", ""),
        ("<think></think>", "\n"),
        ("<THINK>Hm.</Think>", ""),
        ("\n <thinking>Hm.</thinking>\n<think>Hm again.</think>\n", ""),
        ("<thought>Hm.</thought>", ""),
        ("<reasoning>Hm.</reasoning>", ""),
        ("◁think▷Hm.◁/think▷", ""),
        ("[THINK]Hm.[/THINK]", ""),
        ("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>", ""),
        // Its opening is a part of the prompt's template.
        ("Okay, the user wants a report.\n</think>\n\n", ""),
        ("<think>Hm.</think>\n```markdown\n", "\n```"),
        ("```markdown\n<think>Hm.</think>\n", "\n```\n"),
    ] {
        assert_eq!(report(&format!("{before}{REPORT}{after}")).as_deref(), Ok(BODY), "{before:?}");
    }
}

#[test]
fn quoted_marks_are_kept() {
    for text in [
        "# Harbour\n\n- Strip `<think>` and `</think>` from answers\n\nDone.",
        "# Harbour\n\nA mark such as &lt;/think> ends it.",
        "# Harbour\n\n```\n<think>\n</think>\n```\n\nDone.",
    ] {
        assert_eq!(report(&text.replace("&lt;", "<")).as_deref(), Ok(bare(text)));
    }
}

#[test]
fn nothing_of_a_thought_that_contains_marks_is_shown() {
    for before in [
        "<think>a <think>b</think> c</think>\n",
        "<think>\na\n<think>\nb\n</think>\nc\n</think>",
        "<think>The user writes \"</think>\", so: # Draft</think>\n",
        "<think>The user writes `</think>`, so: # Draft</think>\n",
        "<think>\n```\n</think>\n```\n# Draft</think>",
        "<think>Marks are \"</think>\" and \"<think>\". # Draft</think>",
        "<think time=\"3\">\nHm.\n</think>\n",
        "Let me think.\n<think>\nHm.\n</think>\n",
        "Okay, the user wants a report.</think>\n\n",
        "Okay, the user wants a report.</think>",
        "# Draft\n\nToo short.</think>\n\n",
        "# Draft\n</think>\nAgain.\n</think>\n",
        "Hm. ```markdown\n# Draft\n</think>\n\n",
        "<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>",
        "<|channel|>analysis<|message|>\"<|channel|>final<|message|>\"?<|end|><|channel|>final<|message|>",
        "<|channel|>commentary<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>",
        "<|channel|>final<|message|>",
        "analysisThe user wants a report.assistantfinal",
        "<start_of_turn>model\n",
    ] {
        for after in ["", "\n", "<|return|>", "<end_of_turn>"] {
            assert_eq!(report(&format!("{before}{REPORT}{after}")).as_deref(), Ok(BODY), "{before:?}");
        }
    }
    for text in ["<think>So `</think>` ends it: # Draft", "Hm.\n<think>\n# Draft", "<think id=\"1\"># Draft"] {
        assert_eq!(ended(text, AnswerEnd::Length), Err(DegradedReason::OnlyThinking), "{text}");
    }
}

#[test]
fn marks_in_a_report_after_a_thought_are_kept() {
    for text in [
        "# Harbour\n\n- Strip `<think>` and `</think>`\n- End at `</think>`",
        "# Harbour\n\nMarks are &lt;think> and &lt;/think>\n\nDone.",
    ] {
        assert_eq!(report(&text.replace("&lt;", "<")).as_deref(), Ok(bare(text)));
    }
    let quoting = "# Harbour\n\n- End at `</think>`\n\nDone.";
    assert_eq!(report(&format!("<think>Hm.</think>\n{quoting}")).as_deref(), Ok(bare(quoting)));
}

#[test]
fn answer_of_thinking_alone_is_not_a_report() {
    for text in ["<think># Plan\nWrite it.</think>", "<think># Plan, and then the limit was rea", "Hm.\n</think>\n"] {
        assert_eq!(report(text), Err(DegradedReason::OnlyThinking), "{text}");
        assert_eq!(ended(text, AnswerEnd::Length), Err(DegradedReason::OnlyThinking), "{text}");
    }
}

#[test]
fn fence_around_the_whole_report_is_removed() {
    let code = "# Harbour\n\n```rust\nlet tide = 1;\n```\n\nand\n\n```\ncode\n```\n\nthe end";
    for inside in [REPORT, code] {
        for (before, after) in [
            ("```markdown\n", "\n```"),
            ("```md\n", "\n```\n\n"),
            ("``` Markdown\n", "\n```"),
            ("````markdown\n", "\n````"),
            ("~~~\n", "\n~~~"),
            ("```\n", "\n```"),
            ("```markdown\n", ""),
            ("Here is the report:\n\n```markdown\n", "\n```\n\nShall I change anything?"),
        ] {
            let text = format!("{before}{inside}{after}");
            assert_eq!(report(&text).as_deref(), Ok(bare(inside)), "{text}");
        }
    }
}

#[test]
fn fences_within_a_report_are_kept() {
    for text in [
        "# Harbour\n\n```markdown\n# An example\n```",
        "`1234567` is a number, and this is code:\n\n```\ncode\n```\n\n## Section",
        "```\nlet tide = 1;\n```\n\n# Harbour\n\n```\nlet tide = 2;\n```",
    ] {
        assert_eq!(report(text).as_deref(), Ok(bare(&text.replace("\n# Harbour", "\n## Harbour"))));
    }
}

#[test]
fn text_that_is_not_a_report_is_recognised() {
    for text in [
        "I'm sorry, but I can't assist with that.",
        "Hello! How can I help you today?",
        "Here are the commits you asked for:",
        "#harbour is great, and so is abcdef1 or deadbeefdeadbeef",
        "{\"name\": \"list_commits\", \"arguments\": {}}",
        "#\n##  \n- - -",
        "# Report",
        "# Rep",
        "Report\n===",
        "**Report**\n\n---",
        "# Report\n\n## Features\n\n## Fixes\n",
        "# Bericht\n\nLeider kann ich diesen Bericht nicht erstellen, da mir die Daten fehlen.",
        "# Rapport\n\nDésolé, je ne peux pas écrire ce rapport.",
        "# Relatório\n\nDesculpe, mas não posso ajudar com isso.",
        "# Отчёт\n\nИзвините, но я не могу помочь.",
        "# Report\n\nI must decline to write this report.",
        "# Report\n\nThe requested report cannot be generated.",
        "# Report\n\nNo commits were provided.",
        "# Report\n\nHello! How can I help you today?",
        "# Report\n\n[Insert summary here]",
    ] {
        assert_eq!(report(text), Err(DegradedReason::NotAReport), "{text}");
    }
    for text in ["", " \n\t\u{0}", "\r\n"] {
        assert_eq!(report(text), Err(DegradedReason::NoText), "{text:?}");
    }
}

#[test]
fn refusal_that_names_a_commit_is_no_report() {
    let id = history()[1].sha.short().to_owned();
    let refusal = format!("I cannot share details. The commit {id} has private data, so I will not write this report.");
    assert_eq!(report(&refusal), Err(DegradedReason::NotAReport));
    for text in [
        format!("Users can't log in without a token (`{id}`)."),
        format!("# Harbour\n\nThe API cannot be called without a token now (`{id}`).\n\nI can't be sorry."),
    ] {
        assert_eq!(report(&text).as_deref(), Ok(bare(&text)));
    }
}

#[test]
fn small_talk_around_a_report_is_removed() {
    for before in ["Sure! Here is the report you asked for:\n\n", "**Certainly!**\n\n", "Hier ist der Bericht:\n", ""] {
        for behind in ["\n\nLet me know if you need anything else!", "\n\n---\n\nWould you like a shorter one?", ""] {
            assert_eq!(report(&format!("{before}{REPORT}{behind}")).as_deref(), Ok(bare(REPORT)), "{before}{behind}");
        }
    }
    for text in [
        "# Harbour\n\nSure footing: piers are dry.\n\n## More\n\nIf you need berths, ask.\n\nMuch.",
        "Surely berths are on the map.\n\nSo are piers.\n\n`1234567` is one.\n\n# Harbour\n\nMuch.",
    ] {
        let kept = report(text).unwrap();
        assert!(kept.contains("Sure") && kept.contains("Much."), "{kept}");
    }
}

#[test]
fn heading_or_commit_makes_a_report() {
    let commits = history();
    let (id, subject) = (&commits[1].sha, commits[2].subject());
    for text in [
        "## What happened\n\nMuch.".to_owned(),
        "**What happened**\n\nMuch.".to_owned(),
        format!("The map has berths (`{}`).", id.short()),
        format!("The map has berths ({}).", id.as_str().to_uppercase()),
        format!("Tom did this: {subject}."),
    ] {
        assert_eq!(report(&text).as_deref(), Ok(bare(&text)));
    }
    assert_eq!(report("What happened\n===\nMuch.").as_deref(), Ok("Much."));
    assert_eq!(report("# All is well.").as_deref(), Ok("All is well."), "a heading of several words");
    let other = ["0", "1"].map(|digit| format!("{}{digit}", id.short()));
    let other = other.iter().find(|other| !id.as_str().starts_with(other.as_str())).unwrap();
    assert_eq!(report(&format!("See {other}.")), Err(DegradedReason::NotAReport), "another id");
}

#[test]
fn incomplete_report_has_a_note_at_its_end() {
    for (end, words) in [
        (AnswerEnd::Length, "length limit"),
        (AnswerEnd::Filtered, "content filter"),
        (AnswerEnd::BrokenOff, "broke off"),
    ] {
        let text = ended(REPORT, end).unwrap();
        assert!(text.starts_with(BODY) && text.ends_with('_') && text.contains(words), "{text}");
    }
    for end in [AnswerEnd::Whole, AnswerEnd::ToolCall, AnswerEnd::Refused] {
        assert_eq!(ended(REPORT, end).as_deref(), Ok(BODY), "{end:?}");
    }
    let in_code = ended("# Harbour\n\n````rust\nlet tide", AnswerEnd::Length).unwrap();
    assert!(in_code.contains("let tide\n```\n\n_The model"), "the note is not code: {in_code}");
}

#[test]
fn end_of_the_answer_explains_a_missing_report() {
    for (end, reason) in [
        (AnswerEnd::Filtered, DegradedReason::ContentFilter),
        (AnswerEnd::Refused, DegradedReason::Refusal),
        (AnswerEnd::ToolCall, DegradedReason::ToolCall),
        (AnswerEnd::BrokenOff, DegradedReason::UnreadableAnswer),
    ] {
        for text in ["", "<think>Hm.", "I can't"] {
            assert_eq!(ended(text, end), Err(reason), "{text:?}");
        }
    }
}

#[test]
fn control_characters_are_removed() {
    assert_eq!(report("# A\r\n\r\nb\u{1b}[2Jc\u{0}\td\u{85}\re").as_deref(), Ok("b[2Jc d\ne"));
}

#[test]
fn long_report_is_cut_after_a_line_with_a_note() {
    let line = format!("- {}tide\n", "tide ".repeat(19));
    let long = format!("# Harbour\n\n{}", line.repeat(8_000));
    let text = report(&long).unwrap();
    assert!(text.len() <= REPORT_BYTES_MAX && text.len() > REPORT_BYTES_MAX / 20 * 18, "{}", text.len());
    let (kept, note) = text.rsplit_once("\n\n").unwrap();
    assert!(kept.ends_with("tide") && note.contains("cut here") && note.contains("100,000 bytes"), "{note}");
    let one_line = format!("# Harbour\n\n{}", "é".repeat(300_000));
    let text = report(&one_line).unwrap();
    assert!(text.len() <= REPORT_BYTES_MAX && text.len() > REPORT_BYTES_MAX / 20 * 18, "{}", text.len());
    let code = format!("# Harbour\n\n~~~~~\n{}", line.repeat(8_000));
    assert!(report(&code).unwrap().contains("\n```\n\n_The report was cut"), "the note is not code");
}

#[test]
fn degraded_reasons_are_parsed_and_have_messages() {
    for reason in DegradedReason::ALL {
        assert_eq!(DegradedReason::parse(reason.as_str()), Some(reason));
        assert!(reason.message().ends_with('.') && reason.message().len() < 120, "{reason:?}");
    }
    assert_eq!(DegradedReason::parse("NONE_OF_THESE"), None);
}

/// Pieces that answers are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<think>".to_owned()),
        Just("</think>\n".to_owned()),
        Just("<|channel|>analysis<|message|>".to_owned()),
        Just("◁think▷".to_owned()),
        Just("```markdown\n".to_owned()),
        Just("```\n".to_owned()),
        Just("~~~~\n".to_owned()),
        Just("\n# Harbour\n".to_owned()),
        Just("`".repeat(300)),
        "\\PC{0,12}",
        "[\\x00-\\x20]{0,4}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_answer_is_parsed_without_a_panic(answer in pieces(), end in 0..6_usize, times in 0..3_usize) {
        let ends = [
            AnswerEnd::Whole, AnswerEnd::Length, AnswerEnd::Filtered, AnswerEnd::Refused, AnswerEnd::ToolCall,
            AnswerEnd::BrokenOff,
        ];
        let answer = answer.repeat([1, 50, 3_000][times]);
        if let Ok(text) = ended(&answer, ends[end]) {
            prop_assert!(text.len() <= REPORT_BYTES_MAX);
            prop_assert!(!text.trim().is_empty());
        }
        prop_assert!(bounded(answer).len() <= REPORT_BYTES_MAX);
    }
}
