//! Gitmoji: emoji in front of a subject that state its kind, as characters and as `:code:`.

use super::named::Kind;

/// Character (without variation selector), code, and kind; without a kind the words decide. Source of the first 75:
/// <https://gitmoji.dev>; the others are often written beside them.
const GITMOJI: [(&str, &str, Option<Kind>); 102] = [
    ("🎨", "art", Some(Kind::Refactoring)),
    ("⚡", "zap", Some(Kind::Performance)),
    ("🔥", "fire", Some(Kind::Refactoring)),
    ("🐛", "bug", Some(Kind::Fix)),
    ("🚑", "ambulance", Some(Kind::Fix)),
    ("✨", "sparkles", Some(Kind::Feature)),
    ("📝", "memo", Some(Kind::Documentation)),
    ("🚀", "rocket", Some(Kind::Build)),
    ("💄", "lipstick", Some(Kind::Feature)),
    ("🎉", "tada", Some(Kind::Chore)),
    ("✅", "white_check_mark", Some(Kind::Tests)),
    ("🔒", "lock", Some(Kind::Security)),
    ("🔐", "closed_lock_with_key", Some(Kind::Chore)),
    ("🔖", "bookmark", Some(Kind::Release)),
    ("🚨", "rotating_light", Some(Kind::Refactoring)),
    ("🚧", "construction", None),
    ("💚", "green_heart", Some(Kind::Build)),
    ("⬇", "arrow_down", Some(Kind::Dependencies)),
    ("⬆", "arrow_up", Some(Kind::Dependencies)),
    ("📌", "pushpin", Some(Kind::Dependencies)),
    ("👷", "construction_worker", Some(Kind::Build)),
    ("📈", "chart_with_upwards_trend", Some(Kind::Feature)),
    ("♻", "recycle", Some(Kind::Refactoring)),
    ("➕", "heavy_plus_sign", Some(Kind::Dependencies)),
    ("➖", "heavy_minus_sign", Some(Kind::Dependencies)),
    ("🔧", "wrench", Some(Kind::Chore)),
    ("🔨", "hammer", Some(Kind::Build)),
    ("🌐", "globe_with_meridians", Some(Kind::Translation)),
    ("✏", "pencil2", Some(Kind::Documentation)),
    ("💩", "poop", None),
    ("⏪", "rewind", Some(Kind::Revert)),
    ("🔀", "twisted_rightwards_arrows", None),
    ("📦", "package", Some(Kind::Build)),
    ("👽", "alien", Some(Kind::Fix)),
    ("🚚", "truck", Some(Kind::Refactoring)),
    ("📄", "page_facing_up", Some(Kind::Chore)),
    ("💥", "boom", None),
    ("🍱", "bento", Some(Kind::Chore)),
    ("♿", "wheelchair", Some(Kind::Feature)),
    ("💡", "bulb", Some(Kind::Documentation)),
    ("🍻", "beers", None),
    ("💬", "speech_balloon", None),
    ("🗃", "card_file_box", None),
    ("🔊", "loud_sound", Some(Kind::Feature)),
    ("🔇", "mute", Some(Kind::Refactoring)),
    ("👥", "busts_in_silhouette", Some(Kind::Documentation)),
    ("🚸", "children_crossing", Some(Kind::Feature)),
    ("🏗", "building_construction", Some(Kind::Refactoring)),
    ("📱", "iphone", Some(Kind::Feature)),
    ("🤡", "clown_face", Some(Kind::Tests)),
    ("🥚", "egg", Some(Kind::Feature)),
    ("🙈", "see_no_evil", Some(Kind::Chore)),
    ("📸", "camera_flash", Some(Kind::Tests)),
    ("⚗", "alembic", None),
    ("🔍", "mag", Some(Kind::Feature)),
    ("🏷", "label", Some(Kind::Refactoring)),
    ("🌱", "seedling", Some(Kind::Chore)),
    ("🚩", "triangular_flag_on_post", Some(Kind::Feature)),
    ("🥅", "goal_net", Some(Kind::Fix)),
    ("💫", "dizzy", Some(Kind::Feature)),
    ("🗑", "wastebasket", Some(Kind::Refactoring)),
    ("🛂", "passport_control", None),
    ("🩹", "adhesive_bandage", Some(Kind::Fix)),
    ("🧐", "monocle_face", Some(Kind::Chore)),
    ("⚰", "coffin", Some(Kind::Refactoring)),
    ("🧪", "test_tube", Some(Kind::Tests)),
    ("👔", "necktie", None),
    ("🩺", "stethoscope", Some(Kind::Feature)),
    ("🧱", "bricks", Some(Kind::Build)),
    ("🧑‍💻", "technologist", Some(Kind::Chore)),
    ("💸", "money_with_wings", Some(Kind::Chore)),
    ("🧵", "thread", None),
    ("🦺", "safety_vest", None),
    ("✈", "airplane", Some(Kind::Feature)),
    ("🦖", "t-rex", Some(Kind::Feature)),
    ("📝", "pencil", Some(Kind::Documentation)),
    ("📚", "books", Some(Kind::Documentation)),
    ("📖", "book", Some(Kind::Documentation)),
    ("📜", "scroll", Some(Kind::Documentation)),
    ("🐞", "beetle", Some(Kind::Fix)),
    ("🐞", "lady_beetle", Some(Kind::Fix)),
    ("🆕", "new", Some(Kind::Feature)),
    ("🐎", "racehorse", Some(Kind::Performance)),
    ("🏎", "racing_car", Some(Kind::Performance)),
    ("⏱", "stopwatch", Some(Kind::Performance)),
    ("🧹", "broom", Some(Kind::Refactoring)),
    ("💎", "gem", Some(Kind::Refactoring)),
    ("👕", "shirt", Some(Kind::Refactoring)),
    ("💅", "nail_care", Some(Kind::Refactoring)),
    ("👌", "ok_hand", Some(Kind::Refactoring)),
    ("✔", "heavy_check_mark", Some(Kind::Tests)),
    ("🚦", "vertical_traffic_light", Some(Kind::Tests)),
    ("🆙", "up", Some(Kind::Dependencies)),
    ("🛡", "shield", Some(Kind::Security)),
    ("🐳", "whale", Some(Kind::Build)),
    ("🤖", "robot", Some(Kind::Build)),
    ("🛠", "hammer_and_wrench", Some(Kind::Build)),
    ("🌍", "earth_africa", Some(Kind::Translation)),
    ("🌎", "earth_americas", Some(Kind::Translation)),
    ("🌏", "earth_asia", Some(Kind::Translation)),
    ("🔙", "back", Some(Kind::Revert)),
    ("⚙", "gear", Some(Kind::Chore)),
];

/// The gitmoji that marks a breaking change.
const BREAKING: &str = "boom";

/// The gitmoji that marks work that is not done.
const UNFINISHED: &str = "construction";

/// An emoji in front of a text.
pub(super) struct Found<'a> {
    /// `None` if it says nothing of the kind, or is not a gitmoji.
    pub(super) kind: Option<Kind>,
    pub(super) is_breaking: bool,
    pub(super) is_unfinished: bool,
    /// What follows.
    pub(super) rest: &'a str,
}

/// Takes one emoji, or the code of one, from the beginning of a text. One that is not a gitmoji is taken too.
pub(super) fn take(text: &str) -> Option<Found<'_>> {
    match text.strip_prefix(':') {
        Some(code) => by_code(code),
        None => by_character(text),
    }
}

fn by_code(text: &str) -> Option<Found<'_>> {
    let is_in_code = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let length = text.bytes().take_while(|byte| is_in_code(*byte)).count();
    let (code, rest) = text.split_at_checked(length).filter(|(code, _)| !code.is_empty())?;
    let rest = rest.strip_prefix(':')?;
    let row = GITMOJI.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(code));
    // `:memory: …` can be the name of something, if no space follows.
    let is_emoji = row.is_some() || rest.starts_with(' ');
    is_emoji.then(|| found(row, rest))
}

fn by_character(text: &str) -> Option<Found<'_>> {
    let first = text.chars().next().filter(|first| is_emoji(*first))?;
    let known = GITMOJI.iter().find_map(|row| text.strip_prefix(row.0).map(|rest| (row, rest)));
    let (row, rest) = match known {
        Some((row, rest)) => (Some(row), rest),
        None => (None, text.get(first.len_utf8()..)?),
    };
    let rest = rest.trim_start_matches(|letter: char| is_modifier(letter) || (row.is_none() && is_emoji(letter)));
    Some(found(row, rest))
}

fn found<'a>(row: Option<&(&str, &str, Option<Kind>)>, rest: &'a str) -> Found<'a> {
    let is = |wanted: &str| row.is_some_and(|(_, code, _)| *code == wanted);
    Found { kind: row.and_then(|row| row.2), is_breaking: is(BREAKING), is_unfinished: is(UNFINISHED), rest }
}

/// The blocks of Unicode that contain emoji and no letters.
const fn is_emoji(letter: char) -> bool {
    let is_symbol = matches!(letter, '\u{231a}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}');
    is_symbol || matches!(letter, '\u{1f000}'..='\u{1faff}')
}

/// Variation selectors, the joiner, and the colours of skin.
const fn is_modifier(letter: char) -> bool {
    matches!(letter, '\u{fe0e}' | '\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}')
}
