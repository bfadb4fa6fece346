//! The macro that defines a request body.

/// Defines a request body: a struct, its parser ([`super::RequestBody`]) and its schema (`utoipa::ToSchema`).
///
/// A field's type is a [`super::Field`]: `T` is required, `Option<T>` is not, `T = default` has the default if it is
/// absent or null, and [`super::Given`] distinguishes absent from null. `[part]` marks another request body whose
/// members are members of this one. The comments are the descriptions in the schema. `example` is a value that is
/// serialized. `computed` names read-only members that change without an edit: any value of them is accepted, without
/// effect. `caseless` names objects whose keys are compared without regard to case.
macro_rules! request_body {
    (
        $(#[doc = $doc:literal])+
        $visibility:vis struct $name:ident {
            $($(#[doc = $field_doc:expr])* $([$part:ident])? $field:ident: $type:ty $(= $default:expr)?,)+
        }
        $(computed: [$($computed:literal),+];)?
        $(caseless: [$($caseless:literal),+];)?
        $(example: $example:expr;)?
    ) => {
        $(#[doc = $doc])+
        $visibility struct $name {
            $($(#[doc = $field_doc])* $visibility $field: $type,)+
        }

        impl $crate::request::RequestBody for $name {
            const COMPUTED: &[&str] = &[$($($computed),+)?];
            const CASELESS: &[&str] = &[$($($caseless),+)?];

            fn from_members(members: &mut $crate::request::Members) -> Option<Self> {
                $(let $field = request_body!(@take members, $([$part])? $field, $type $(, $default)?);)+
                Some(Self { $($field: $field?,)+ })
            }

            fn describe(body: $crate::request::Description) -> $crate::request::Description {
                $(let body = request_body!(
                    @describe body, concat!($($field_doc, "\n"),*), $([$part])? $field, $type $(, $default)?
                );)+
                body
            }
        }

        impl $crate::request::Field for $name {
            fn expected() -> String {
                "an object".to_owned()
            }

            fn parse(
                value: &serde_json::Value,
                current: Option<&serde_json::Value>,
            ) -> Result<Self, Vec<$crate::problem::FieldError>> {
                $crate::request::parse_nested(value, current)
            }

            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::Ref::from_schema_name(stringify!($name)).into()
            }

            fn add_named(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                schemas.push((stringify!($name).to_owned(), <Self as utoipa::PartialSchema>::schema()));
                <Self as utoipa::ToSchema>::schemas(schemas);
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let body = $crate::request::Description::new(concat!($($doc, "\n"),+));
                let body = <Self as $crate::request::RequestBody>::describe(body);
                $(let body = body.example(&$example);)?
                body.build()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                $(<$type as $crate::request::Field>::add_named(schemas);)+
            }
        }
    };
    (@take $members:ident, [part] $field:ident, $type:ty) => {
        <$type as $crate::request::RequestBody>::from_members($members)
    };
    (@take $members:ident, $field:ident, $type:ty) => {
        $members.take::<$type>(stringify!($field))
    };
    (@take $members:ident, $field:ident, $type:ty, $default:expr) => {
        $members.take::<Option<$type>>(stringify!($field)).map(|value| value.unwrap_or_else(|| $default))
    };
    (@describe $body:ident, $doc:expr, [part] $field:ident, $type:ty) => {
        <$type as $crate::request::RequestBody>::describe($body)
    };
    (@describe $body:ident, $doc:expr, $field:ident, $type:ty) => {
        $body.field::<$type>(stringify!($field), $doc)
    };
    (@describe $body:ident, $doc:expr, $field:ident, $type:ty, $default:expr) => {{
        let default: $type = $default;
        $body.field::<Option<$type>>(stringify!($field), &$crate::request::with_default($doc, &default))
    }};
}

pub(crate) use request_body;
