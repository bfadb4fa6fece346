//! The kinds of changes, and the rules that choose them.

use crate::words::words;

words! {
    /// A kind of change, with the heading of its group. The order is the order of a report.
    #[derive(PartialOrd, Ord)]
    pub enum Kind {
        Security = "Security",
        Feature = "Features",
        Fix = "Fixes",
        Performance = "Performance",
        Refactoring = "Refactoring",
        Documentation = "Documentation",
        Tests = "Tests",
        Dependencies = "Dependencies",
        Build = "Build and CI",
        Translation = "Translations",
        /// Versions of the repository itself: tags, bumps and preparations.
        Release = "Releases",
        Revert = "Reverts",
        Chore = "Chores",
        /// Nothing shows what it is.
        Other = "Other changes",
    }

    /// Which rule chose a kind.
    pub enum Rule {
        /// An advisory's id, the word "vulnerability", or a type, scope or gitmoji of security.
        Security = "security",
        /// A Conventional Commits type or scope, also in brackets.
        Conventional = "conventional",
        Gitmoji = "gitmoji",
        /// The path before the colon, as `.github/workflows: …`, or the first word after such a path or component.
        PathPrefix = "path_prefix",
        /// The first word, and the words that it is about.
        FirstWord = "first_word",
        /// A word in another language than English.
        OtherLanguage = "other_language",
        /// All changed files are of one sort, as tests or documentation.
        ChangedFiles = "changed_files",
        /// A version of the repository itself, or of a dependency.
        Version = "version",
        /// A word anywhere in the subject.
        AnyWord = "any_word",
        /// No rule: [`Kind::Other`].
        None = "none",
    }
}
