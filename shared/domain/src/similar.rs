//! Known names that are like a mistyped one.

use strsim::normalized_damerau_levenshtein;

const SUGGESTED_MAX: usize = 5;
/// Names below this similarity (1 is equality) are not suggested.
const LIKENESS_MIN: f64 = 0.6;
/// The longest name that is compared, in bytes.
const NAME_BYTES_MAX: usize = 100;

/// The names that are most similar to this one, the most similar first; at most five. Case and a vendor before a slash
/// are ignored.
pub fn similar_names<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = bare(name);
    let mut found: Vec<(f64, &str)> = names
        .into_iter()
        .filter(|candidate| candidate.len() <= NAME_BYTES_MAX && *candidate != name)
        .map(|candidate| (normalized_damerau_levenshtein(&wanted, &bare(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .collect();
    found.sort_by(|(one, first), (other, second)| other.total_cmp(one).then(first.cmp(second)));
    found.dedup_by(|(_, one), (_, other)| one == other);
    found.into_iter().take(SUGGESTED_MAX).map(|(_, candidate)| candidate.to_owned()).collect()
}

fn bare(name: &str) -> String {
    let end = name.floor_char_boundary(NAME_BYTES_MAX);
    let name = name.get(..end).unwrap_or_default();
    name.rsplit('/').next().unwrap_or(name).to_lowercase()
}
