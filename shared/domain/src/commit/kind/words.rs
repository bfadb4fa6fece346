//! The first words of a text, in small letters and without articles, and the base forms of the first one.

/// No rule looks at more words: what a change is about is stated before.
const WORDS_MAX: usize = 16;

/// Bytes that are looked at for words; longer than the words of any subject that a person writes.
const BYTES_MAX: usize = 2_000;

/// Words that state how, not what: `also fix …`, `try to fix …`.
const FILLERS: &str = "actually again also all attempt automatic automatically better clearly correctly explicitly \
    finally \
    further just lets minor more now please properly quick re really safely slightly small some temporarily to \
    try tried trying we";

/// Words after which a subject states where, when or why, no longer what.
const ENDS_OF_OBJECT: &str = "after as at because before by for from if in into of on so that to via when where which \
    while with within without";

/// The words of a text.
pub(super) struct Words {
    all: Vec<String>,
    /// The base forms that the first word can have: `stop` for `stopping`.
    bases: Vec<String>,
    /// How many words state what it is about: those before the first preposition.
    object: usize,
}

impl Words {
    /// Splits a text. A text in quotes or code has no first word: it isn't written by an author as one.
    pub(super) fn of(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(BYTES_MAX)).unwrap_or(text);
        let is_quoted = text.starts_with(['`', '"', '\'', '“', '«']);
        let separates = |letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '\'' | '’');
        let all = text.split(separates).map(|word| word.replace(['\'', '’'], "").to_lowercase());
        let all = all.filter(|word| !word.is_empty() && !matches!(word.as_str(), "a" | "an" | "the"));
        let words: Vec<String> =
            all.skip_while(|word| !is_quoted && is_one_of(word, FILLERS)).take(WORDS_MAX).collect();
        let bases = words.first().filter(|_| !is_quoted).map(|first| bases(first)).unwrap_or_default();
        let ends = |word: &String| is_one_of(word, ENDS_OF_OBJECT);
        let object = words.iter().skip(1).position(ends).map_or(words.len(), |position| position.saturating_add(1));
        Self { all: words, bases, object }
    }

    /// All of them, at most 16.
    pub(super) fn all(&self) -> &[String] {
        &self.all
    }

    /// The words before the first preposition: the verb, and what it is about.
    pub(super) fn object(&self) -> &[String] {
        self.all.get(..self.object).unwrap_or_default()
    }

    /// Whether the first word is a form of one of these base forms.
    pub(super) fn begin_with(&self, verbs: &str) -> bool {
        self.bases.iter().any(|base| is_one_of(base, verbs))
    }

    /// Whether one of the phrases is among the words. Phrases are separated by commas; an `s` at the end of a word is
    /// ignored.
    pub(super) fn mention(&self, phrases: &str) -> bool {
        mention(&self.all, phrases)
    }

    /// As [`Self::mention`], before the first preposition.
    pub(super) fn are_about(&self, phrases: &str) -> bool {
        mention(self.object(), phrases)
    }

    /// Whether one of the names is followed by one of the nouns, before the first preposition: then it only describes
    /// the noun, as in `dependency graph`. Both lists are separated by spaces.
    pub(super) fn describe(&self, names: &str, nouns: &str) -> bool {
        let mut words = self.object().iter().skip_while(|word| !is_one_of(word, names));
        words.next().is_some() && words.any(|word| is_one_of(word, nouns))
    }
}

fn mention(words: &[String], phrases: &str) -> bool {
    phrases.split(", ").any(|phrase| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let is_same = |(word, wanted): (&String, &&str)| word == wanted || word.strip_suffix('s') == Some(*wanted);
        words.windows(phrase.len()).any(|window| window.iter().zip(&phrase).all(is_same))
    })
}

/// Whether a word is among those of a list that is separated by spaces.
pub(super) fn is_one_of(word: &str, list: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// The forms that a verb can be derived from: `fixes`, `fixed` and `fixing` from `fix`.
fn bases(word: &str) -> Vec<String> {
    let mut bases = vec![word.to_owned()];
    for (end, replacement) in
        [("s", ""), ("es", ""), ("ies", "y"), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")]
    {
        let Some(stem) = word.strip_suffix(end).filter(|stem| stem.len() > 1) else { continue };
        bases.push(format!("{stem}{replacement}"));
        let mut letters = stem.chars().rev();
        // `dropped`, `stopping`.
        if let Some(shorter) = stem.get(..stem.len().saturating_sub(1))
            && replacement.is_empty()
            && end != "s"
            && letters.next() == letters.next()
        {
            bases.push(shorter.to_owned());
        }
    }
    bases
}
