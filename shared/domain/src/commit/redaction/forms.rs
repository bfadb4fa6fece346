//! The forms of keys and tokens that can be recognised by themselves.
//!
//! The beginnings and lengths are those that the rules of gitleaks have (`config/gitleaks.toml` at commit b58d3f10 of
//! 2026-07-22, <https://github.com/gitleaks/gitleaks>) for keys with a beginning of their own. A longer key of the same
//! form is found too, because services lengthen their keys.

use super::random::{DISTINCT_MIN, distinct};

/// Which characters a key has after its beginning.
#[derive(Clone, Copy)]
pub(super) enum Alphabet {
    /// Letters and digits.
    Plain,
    /// Letters, digits, `_` and `-`.
    Url,
    /// Letters, digits, `_`, `-`, `.`, `+`, `/` and `=`.
    Any,
}

/// How much of a text decides whether it is a key, so that a long text of beginnings takes no long time.
const JUDGED_BYTES: usize = 600;

/// A key with a beginning of its own.
pub(super) struct Form {
    pub(super) beginning: &'static str,
    pub(super) alphabet: Alphabet,
    /// The fewest characters after the beginning.
    pub(super) least: usize,
}

use Alphabet::{Any, Plain, Url};

const fn form(beginning: &'static str, alphabet: Alphabet, least: usize) -> Form {
    Form { beginning, alphabet, least }
}

pub(super) const FORMS: [Form; 76] = [
    // Amazon Web Services.
    form("AKIA", Plain, 16),
    form("ASIA", Plain, 16),
    form("ABIA", Plain, 16),
    form("ACCA", Plain, 16),
    // GitHub.
    form("ghp_", Plain, 36),
    form("gho_", Plain, 36),
    form("ghu_", Plain, 36),
    form("ghs_", Plain, 36),
    form("ghr_", Plain, 36),
    form("github_pat_", Url, 40),
    // GitLab.
    form("glpat-", Any, 20),
    form("gldt-", Url, 20),
    form("glft-", Url, 20),
    form("glrt-", Any, 20),
    form("glcbt-", Url, 20),
    form("glptt-", Plain, 40),
    form("glsoat-", Url, 20),
    form("gloas-", Url, 40),
    form("glffct-", Url, 20),
    form("glimt-", Url, 20),
    form("glagent-", Url, 40),
    form("GR1348941", Url, 20),
    // Slack.
    form("xoxb-", Url, 20),
    form("xoxp-", Url, 20),
    form("xoxe-", Url, 20),
    form("xoxe.", Any, 20),
    form("xoxa-", Url, 8),
    form("xoxr-", Url, 8),
    form("xoxo-", Url, 12),
    form("xoxs-", Url, 12),
    form("xapp-", Url, 12),
    form("hooks.slack.com/", Any, 40),
    // Language models.
    form("sk-proj-", Url, 40),
    form("sk-svcacct-", Url, 40),
    form("sk-admin-", Url, 40),
    form("sk-ant-", Url, 40),
    form("sk-or-v1-", Plain, 40),
    form("sk-", Plain, 32),
    form("hf_", Plain, 34),
    form("gsk_", Plain, 40),
    form("pplx-", Plain, 40),
    // Google.
    form("AIza", Url, 35),
    form("GOCSPX-", Url, 24),
    form("ya29.", Url, 30),
    // Payments and shops.
    form("sk_live_", Plain, 10),
    form("sk_test_", Plain, 10),
    form("sk_prod_", Plain, 10),
    form("rk_live_", Plain, 10),
    form("rk_test_", Plain, 10),
    form("whsec_", Any, 24),
    form("sq0atp-", Url, 22),
    form("shpat_", Plain, 32),
    form("shpca_", Plain, 32),
    form("shppa_", Plain, 32),
    form("shpss_", Plain, 32),
    // Registries of packages.
    form("npm_", Plain, 36),
    form("pypi-AgEIcHlwaS5vcmc", Url, 40),
    form("rubygems_", Plain, 48),
    // Others.
    form("SG.", Any, 60),
    form("dop_v1_", Plain, 60),
    form("dp.pt.", Plain, 40),
    form("dapi", Plain, 32),
    form("dt0c01.", Any, 60),
    form("glsa_", Url, 32),
    form("glc_", Any, 32),
    form("HRKU-", Url, 36),
    form("hvs.", Url, 60),
    form("lin_api_", Plain, 40),
    form("ntn_", Plain, 40),
    form("PMAK-", Url, 58),
    form("pscale_pw_", Any, 32),
    form("pul-", Plain, 40),
    form("sntryu_", Plain, 60),
    form("sntrys_", Any, 60),
    form("LTAI", Plain, 20),
    form("AGE-SECRET-KEY-1", Plain, 50),
];

impl Form {
    /// The length of the key that the text begins with, in bytes.
    pub(super) fn length(&self, text: &str) -> Option<usize> {
        let rest = text.strip_prefix(self.beginning)?;
        let is_part = |letter: char| match self.alphabet {
            Plain => letter.is_ascii_alphanumeric(),
            Url => letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'),
            Any => letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '+' | '/' | '='),
        };
        // A beginning that is repeated or filled up, as in an example of a configuration, is no key.
        let judged = run(rest.get(..rest.floor_char_boundary(JUDGED_BYTES))?, is_part);
        let is_key = judged.len() >= self.least && distinct(judged) >= self.least.min(DISTINCT_MIN);
        is_key.then(|| self.beginning.len() + run(rest, is_part).len())
    }
}

/// The length of the JSON Web Token that the text begins with: two parts that encode JSON objects, and a signature.
pub(super) fn web_token(text: &str) -> Option<usize> {
    if !text.starts_with("eyJ") {
        return None;
    }
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let judged = run(text.get(..text.floor_char_boundary(JUDGED_BYTES))?, is_part);
    let mut parts = judged.split('.');
    // A long header or content hides the parts after it.
    let is_token = parts.next().is_some_and(|header| header.len() > 16)
        && parts.next().is_none_or(|content| content.starts_with("eyJ"))
        && distinct(judged) >= DISTINCT_MIN
        && (judged.contains('.') || judged.len() >= JUDGED_BYTES);
    is_token.then(|| run(text, is_part).len())
}

/// The characters at the beginning that belong to a key.
fn run(text: &str, is_part: impl Fn(char) -> bool) -> &str {
    let end = text.find(|letter| !is_part(letter)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
