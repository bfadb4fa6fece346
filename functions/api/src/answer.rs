//! What handlers return: the macro that defines the body of an answer, and the type of a handler's result.

use crate::problem::Problem;
use axum::response::Response;

/// What a handler returns.
pub(crate) type Answer<T = Response> = Result<T, Problem>;

/// Defines the body of an answer: a struct that is serialized, its schema (`utoipa::ToSchema`), and its constructor
/// `of`, from what the body shows.
///
/// Each field has its value behind its type, and the schema of another type behind `as`. Attributes and comments are
/// those of the struct and its fields. `let` statements before the fields are those of `of`.
macro_rules! answer_body {
    ($(
        $(#[$about:meta])*
        $visibility:vis struct $name:ident of($($given:ident: $from:ty),+)
        $(let $bound:pat = $value:expr;)*
        {
            $($(#[$field_about:meta])* $field:ident: $type:ty $(as $schema:ty)? = $shown:expr,)+
        }
    )+) => {$(
        #[derive(serde::Serialize, utoipa::ToSchema)]
        $(#[$about])*
        $visibility struct $name {
            $($(#[$field_about])* $(#[schema(value_type = $schema)])? $field: $type,)+
        }

        impl $name {
            $visibility fn of($($given: $from),+) -> Self {
                $(let $bound = $value;)*
                Self { $($field: $shown,)+ }
            }
        }
    )+};
}

pub(crate) use answer_body;
