//! Compares the text of a model with the facts: figures, cited commits, and the language.
//!
//! A model that is asked once more must learn what was wrong, and a report that is right must not be refused. So a
//! figure is a fault only if it can't be true, and a language only if the text is long enough to be sure.

use crate::commit::Kind;
use crate::count::total;
use crate::digest::{Digest, Trend};
use crate::report::{Brief, activity};
use whatlang::Lang;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no report in it.
    NoReport,
    /// Most of the cited commits are not in the range.
    ForeignIds,
    /// A figure that the data contradicts, as it is written: `57 commits`.
    Figure(String),
    /// It is written in another language than the chosen one.
    Language,
}

/// The shortest text whose language is sure, in characters.
const LANGUAGE_CHARS_MIN: usize = 200;

/// The most text that is searched, in bytes: the opening and some sections.
const SEARCHED_BYTES_MAX: usize = 20_000;

/// At most how many tokens the request for a better answer has, with any tokenizer.
pub const FAULT_TOKENS_MAX: u64 = 400;

impl Fault {
    /// What to ask for, for the model.
    #[must_use]
    pub fn request(&self) -> String {
        let what = match self {
            Self::NoReport => {
                "it contained no report. Answer with the report alone, in Markdown that begins with a heading"
                    .to_owned()
            }
            Self::ForeignIds => "it cited commits that are not in the data. Cite only ids of the data".to_owned(),
            Self::Figure(figure) => {
                format!("it said \"{figure}\", which the figures contradict. Use the figures as they are given")
            }
            Self::Language => "it was not in the language that was asked for. Write in that language".to_owned(),
        };
        format!("An earlier answer was refused, because {what}.\n")
    }
}

/// The first fault of a text that the filter has written.
pub(super) fn fault(text: &str, brief: &Brief<'_>, digest: &Digest<'_>) -> Option<Fault> {
    let searched = text.get(..text.floor_char_boundary(SEARCHED_BYTES_MAX)).unwrap_or(text);
    wrong_figure(searched, brief, digest).map(Fault::Figure).or_else(|| wrong_language(searched, brief))
}

/// A number of commits, people, changes or breaking changes that is larger than all of them, also in earlier periods.
fn wrong_figure(text: &str, brief: &Brief<'_>, digest: &Digest<'_>) -> Option<String> {
    let (humans, bots) = digest.people.humans_and_bots();
    let compared = || brief.trend.into_iter().flat_map(Trend::comparable);
    let commits = digest.commits.saturating_add(digest.merges).saturating_add(total(brief.omitted));
    let commits = compared().map(|period| period.commits).fold(commits, u64::max);
    let people = compared().map(|period| period.people.saturating_add(period.bots)).fold(humans + bots, u64::max);
    // What happened beside commits may be called changes too, and has people of its own.
    let (items, others) =
        brief.activity.map_or((0, 0), |beside| (total(beside.merged.len()), activity::people(beside)));
    let (commits, people) = (commits.saturating_add(items), people.saturating_add(others));
    let of = |kind: Kind| total(digest.changes.iter().filter(|change| change.kind == kind).count());
    let largest = |noun: &str| {
        Some(match noun {
            "commit" | "commits" | "change" | "changes" | "fix" | "fixes" | "features" => commits,
            "people" | "person" | "contributors" | "contributor" | "authors" | "author" | "developers" => people,
            "merges" => digest.merges,
            _ => return None,
        })
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let exceeds = |number: u64, noun: String| {
        let is_breaking = noun == "breaking";
        let most = if is_breaking { breaking_max(digest, of(Kind::Security)) } else { largest(&noun)? };
        (number > most).then(|| format!("{number} {noun}"))
    };
    (0..words.len()).find_map(|place| {
        let (number, noun) = counted(words.get(place.saturating_sub(1)..)?, place > 0)?;
        exceeds(number, noun)
    })
}

/// What is counted at the beginning of some words, of which the first can be the one before: `57 commits`, `57 bug
/// fixes`, `Commits: 57`.
fn counted(words: &[&str], has_before: bool) -> Option<(u64, String)> {
    let (before, words) = if has_before { words.split_first()? } else { (&"", words) };
    let (first, rest) = words.split_first()?;
    let noun = |word: &str| word.trim_matches(|letter: char| !letter.is_alphabetic()).to_lowercase();
    let label = first.trim_matches(['*', '_', '|', '-']);
    if let Some(label) = label.strip_suffix(':').filter(|_| !first.ends_with("::")) {
        let is_plural = ["commits", "people", "contributors", "authors"].contains(&noun(label).as_str());
        let number = rest.first().and_then(|word| number(word.trim_end_matches(['.', ',', ';', ')', '*'])))?;
        return is_plural.then(|| (number, noun(label)));
    }
    let number = number(first)?;
    let mut nouns = rest.iter().map(|word| noun(word));
    let next = nouns.next()?;
    let is_adjective =
        ["bug", "new", "total", "different", "individual", "merged", "security"].contains(&next.as_str());
    if is_adjective {
        return Some((number, nouns.next()?));
    }
    (!is_numbered(before, &next)).then_some((number, next))
}

/// Whether a number belongs to the word before it: in `Version 57 fixes it` and `Node 22 changes it`, nothing is
/// counted.
fn is_numbered(word: &str, noun: &str) -> bool {
    const NUMBERED: [&str; 8] = ["version", "release", "issue", "request", "port", "code", "since", "rfc"];
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let can_be_verb = ["change", "changes", "fix", "fixes", "features"].contains(&noun);
    NUMBERED.contains(&word.to_lowercase().as_str()) || (can_be_verb && word.starts_with(char::is_uppercase))
}

/// A model may take a security fix or a removal for breaking; more than twice as many are invented.
fn breaking_max(digest: &Digest<'_>, security: u64) -> u64 {
    let marked = total(digest.breaking().count());
    marked.saturating_add(security).max(digest.commits.min(3)).max(marked.saturating_mul(2))
}

/// A number as people write it: `57`, `1,234`, `1.5k`, `fifty-seven`; not a version, a pull request or an id.
fn number(word: &str) -> Option<u64> {
    let word = word.trim_matches(['(', '*', '_', '~', '|']);
    if let Some(thousands) = word.strip_suffix(['k', 'K']) {
        let (whole, tenths) = thousands.split_once('.').unwrap_or((thousands, "0"));
        let is_short = (1..=4).contains(&whole.len()) && tenths.len() == 1;
        let number = |digits: &str| digits.parse::<u64>().ok().filter(|_| is_short);
        return Some(number(whole)?.saturating_mul(1_000).saturating_add(number(tenths)?.saturating_mul(100)));
    }
    if let Some(number) = number_word(word) {
        return Some(number);
    }
    let digits: String = word.chars().filter(|letter| *letter != ',').collect();
    let is_number = !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// A number below a hundred in words.
fn number_word(word: &str) -> Option<u64> {
    const SMALL: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
                         sixteen seventeen eighteen nineteen";
    const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";
    let word = word.to_lowercase();
    let place = |words: &str, wanted: &str| words.split(' ').position(|word| word == wanted).map(total);
    let tens = |wanted: &str| place(TENS, wanted).map(|place| (place + 2) * 10);
    let parts =
        word.split_once('-').and_then(|(ten, one)| Some(tens(ten)? + place(SMALL, one).filter(|one| *one < 10)?));
    place(SMALL, &word).or_else(|| tens(&word)).or(parts)
}

fn wrong_language(text: &str, brief: &Brief<'_>) -> Option<Fault> {
    let wanted = language(&brief.writing.language)?;
    if text.chars().count() < LANGUAGE_CHARS_MIN {
        return None;
    }
    let found = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    (found.lang() != wanted && !are_alike(found.lang(), wanted)).then_some(Fault::Language)
}

/// Languages that a short technical text does not distinguish.
fn are_alike(one: Lang, other: Lang) -> bool {
    const ALIKE: [&[Lang]; 5] = [
        &[Lang::Dan, Lang::Nob, Lang::Swe],
        &[Lang::Spa, Lang::Por, Lang::Cat],
        &[Lang::Ces, Lang::Slk],
        &[Lang::Hrv, Lang::Srp, Lang::Slv],
        &[Lang::Rus, Lang::Ukr, Lang::Bel, Lang::Bul],
    ];
    ALIKE.iter().any(|group| group.contains(&one) && group.contains(&other))
}

/// The language of a setting: an IETF tag such as `de-CH`, or a name such as `German`; `None` for any other text, which
/// is not compared.
fn language(setting: &str) -> Option<Lang> {
    const BY_TAG: [(&str, Lang); 30] = [
        ("ar", Lang::Ara),
        ("bg", Lang::Bul),
        ("cs", Lang::Ces),
        ("da", Lang::Dan),
        ("de", Lang::Deu),
        ("el", Lang::Ell),
        ("en", Lang::Eng),
        ("es", Lang::Spa),
        ("et", Lang::Est),
        ("fi", Lang::Fin),
        ("fr", Lang::Fra),
        ("he", Lang::Heb),
        ("hi", Lang::Hin),
        ("hr", Lang::Hrv),
        ("hu", Lang::Hun),
        ("id", Lang::Ind),
        ("it", Lang::Ita),
        ("ja", Lang::Jpn),
        ("ko", Lang::Kor),
        ("lt", Lang::Lit),
        ("lv", Lang::Lav),
        ("nb", Lang::Nob),
        ("nl", Lang::Nld),
        ("pl", Lang::Pol),
        ("pt", Lang::Por),
        ("ro", Lang::Ron),
        ("ru", Lang::Rus),
        ("sv", Lang::Swe),
        ("tr", Lang::Tur),
        ("uk", Lang::Ukr),
    ];
    let setting = setting.trim().to_lowercase();
    let tag = setting.split(['-', '_']).next().unwrap_or_default();
    let by_tag = BY_TAG.iter().find(|(known, _)| *known == tag).map(|(_, lang)| *lang);
    let chinese = matches!(tag, "zh" | "chinese" | "mandarin").then_some(Lang::Cmn);
    by_tag
        .or(chinese)
        .or_else(|| Lang::all().iter().copied().find(|lang| lang.eng_name().eq_ignore_ascii_case(&setting)))
}
