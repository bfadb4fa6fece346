//! Changes that concern a vulnerability.
//!
//! The subject decides: an advisory's id, the word "vulnerability", or what an attack is called. The word "security"
//! alone does not, since products have parts and dependencies of that name. In a body, an id counts for a fix only:
//! machines that bump a dependency quote its whole changelog. So a bump is one of a vulnerability where its subject
//! states it, as Renovate's `[SECURITY]` does.

use super::advisory::names_advisory;
use super::named::Kind;
use super::prefix::Prefix;
use super::words::Words;

/// Attacks and holes; a fix of one concerns a vulnerability.
const ATTACKS: &str = "xss, redos, sql injection, code injection, command injection, path traversal, \
    directory traversal, remote code execution, arbitrary code execution, privilege escalation, security hole, \
    security issue, security bug, security flaw, security fix, security patch";

/// Whether a change of this kind (by all other rules) concerns a vulnerability.
pub(super) fn concerns(prefix: &Prefix<'_>, kind: Kind, body: &str) -> bool {
    let subject = prefix.whole;
    match kind {
        Kind::Security => true,
        // A test of a fix, a page on an advisory or a scanner in CI repairs nothing.
        Kind::Documentation | Kind::Tests | Kind::Build | Kind::Translation | Kind::Release | Kind::Revert => false,
        Kind::Fix => {
            is_security_update(subject)
                || names_advisory(subject)
                || has_vulnerab(subject)
                || Words::of(prefix.text).mention(ATTACKS)
                || names_advisory(body)
        }
        Kind::Feature | Kind::Performance | Kind::Refactoring | Kind::Chore => names_advisory(subject),
        Kind::Dependencies => names_advisory(subject) || has_vulnerab(subject) || is_security_update(subject),
        // People can be vulnerable, too.
        Kind::Other => {
            names_advisory(subject)
                || Words::of(subject).mention("vulnerability, vulnerabilities")
                || is_security_update(subject)
        }
    }
}

/// What Renovate (`… [SECURITY]`) and Snyk (`[Snyk] Security upgrade …`) write.
fn is_security_update(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    subject.ends_with("[security]")
        || subject.contains("[snyk] security upgrade")
        || subject.starts_with("security upgrade ")
}

/// "vulnerable", "vulnerability", "vulnerabilities".
fn has_vulnerab(text: &str) -> bool {
    const STEM: &[u8] = b"vulnerab";
    text.as_bytes().windows(STEM.len()).any(|window| window.eq_ignore_ascii_case(STEM))
}
