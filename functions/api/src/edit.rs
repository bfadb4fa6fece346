//! Edits: PUT replaces what the user set, PATCH merges into it (RFC 7396).
//!
//! Either takes the body of a GET: read-only members are accepted if they are unchanged, and refused if they differ,
//! except what changes without an edit: that is accepted with any value, without effect. A member that a patch sets to
//! null is null in the result, which is the same as absent; so null removes a token, which no answer contains.

use crate::problem::Problem;
use crate::query::Parameters;
use crate::representation::etag;
use crate::request::{self, JsonObject, RequestBody};
use app::holdings::{Expected, KeepError};
use axum::extract::{FromRequest, Request};
use axum::http::Method;
use serde::Serialize;
use serde_json::{Map, Value};

/// An edit of a record, without parameters: the body of a PUT or a PATCH, and the versions in `If-Match`.
#[derive(Debug)]
pub(crate) struct Edit {
    object: JsonObject,
    /// Whether the object is merged into the record, instead of replacing it.
    merges: bool,
    by_caller: Expected,
}

impl<S: Send + Sync> FromRequest<S> for Edit {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Parameters::of(request.uri()).finish()?;
        let (merges, by_caller) = (request.method() == Method::PATCH, etag::expected(request.headers()));
        Ok(Self { object: JsonObject::from_request(request, state).await?, merges, by_caller })
    }
}

impl Edit {
    /// Parses the record after the edit. `current` is the body that a GET returns now.
    pub(crate) fn parse<T: RequestBody>(&self, current: &impl Serialize) -> Result<T, Problem> {
        let Ok(Value::Object(current)) = serde_json::to_value(current) else {
            return Err(Problem::internal("a record is not serialized as an object"));
        };
        let object = self.object.clone();
        let object = if self.merges { object.merged_into(current.clone(), T::CASELESS) } else { object };
        request::parse(object, Some(current))
    }

    /// The version of the record that may be changed; call this before the body is parsed, so that a stale edit is
    /// 412. A patch applies to the version that it was merged into.
    pub(crate) fn expected(&self, found: u64) -> Result<Expected, KeepError> {
        self.by_caller.check(found)?;
        Ok(if self.merges { Expected::Version(vec![found]) } else { self.by_caller.clone() })
    }

    /// Whether an edit that lost a race is repeated on the current record: only if its caller named no version.
    pub(crate) fn repeats(&self, error: &KeepError) -> bool {
        self.merges && self.by_caller == Expected::Any && matches!(error, KeepError::Changed { .. })
    }
}

/// Merges the patch into the members, object by object.
pub(crate) fn merge(members: &mut Map<String, Value>, patch: impl IntoIterator<Item = (String, Value)>) {
    for (name, change) in patch {
        match (members.get_mut(&name), change) {
            (Some(Value::Object(inner)), Value::Object(change)) => merge(inner, change),
            (_, change) => {
                members.insert(name, change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::merge;
    use serde_json::{Value, json};

    /// The cases of RFC 7396, appendix A, that are about objects; null is kept as null.
    #[test]
    fn objects_are_merged_and_other_values_replaced() {
        for (target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({"a": null})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d", "c": null}})),
            (json!({"a": {"b": "c"}}), json!({"a": 1}), json!({"a": 1})),
            (json!({"a": null}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}})),
            (json!({"a": 1}), json!({}), json!({"a": 1})),
        ] {
            let (Value::Object(mut members), Value::Object(patch)) = (target, patch) else { panic!("objects") };
            merge(&mut members, patch);
            assert_eq!(Value::Object(members), expected);
        }
    }
}
