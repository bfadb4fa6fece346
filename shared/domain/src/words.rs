//! The macro that defines a set of words: an enum whose values are written in records, requests and answers.

/// Defines an enum of words with `ALL`, `as_str` and `parse`, so that each word is spelled once.
///
/// ```ignore
/// words! {
///     /// What to do when nothing is new.
///     pub enum IfNoUpdates {
///         /// Send nothing.
///         Skip = "skip",
///         /// Send a short report.
///         Notify = "notify",
///     }
/// }
/// ```
macro_rules! words {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$value_meta:meta])* $value:ident = $word:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$value_meta])* $value),+
        }

        impl $name {
            /// Every value, in the order of the definition.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];

            /// The word in records, requests and answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word),+
                }
            }

            /// Parses a word; `None` for any other text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.as_str() == text)
            }
        }
    };
}

pub(crate) use words;
