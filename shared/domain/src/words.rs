//! The macro that defines a set of words: an enum whose values are written in records, requests and answers.

/// Defines enums of words with `ALL`, `as_str` and `parse`, so that each word is spelled once. An enum `of` another
/// one, whose variants have the same names, is the `kind` of that one.
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
    ($($(#[$meta:meta])* $visibility:vis enum $name:ident $(of $data:ident)? { $($values:tt)+ })+) => {
        $(words! { @enum [$($data)?] [$(#[$meta])* $visibility] $name { $($values)+ } })+
    };
    (@enum [$data:ident] $head:tt $name:ident { $($(#[$value_meta:meta])* $value:ident = $word:literal),+ $(,)? }) => {
        words! { @enum [] $head $name { $($(#[$value_meta])* $value = $word),+ } }

        impl $data {
            /// The value in one word.
            pub fn kind(&self) -> $name {
                match self {
                    $(Self::$value { .. } => $name::$value),+
                }
            }
        }
    };
    (@enum [] [$(#[$meta:meta])* $visibility:vis] $name:ident {
        $($(#[$value_meta:meta])* $value:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$value_meta])* $value),+
        }

        impl $name {
            /// Every value, in the order of the definition.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];

            /// The word in records, requests and answers.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word),+
                }
            }

            /// Parses a word; `None` for any other text.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|value| value.as_str() == text)
            }
        }
    };
}

pub(crate) use words;
