//! Reads variables of the environment one by one and keeps every fault, so that one error names all of them.

use super::environment::Environment;
use super::role::Role;
use super::variable::{VARIABLES, Variable};
use crate::secrets::Secret;
use std::fmt;

/// The environment does not describe a deployment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct SettingsError {
    /// Every variable that is missing or invalid, in the order of [`VARIABLES`].
    pub faults: Vec<Fault>,
}

/// A variable that is missing or invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub variable: Variable,
    /// Whether it is missing; otherwise its value is invalid.
    pub missing: bool,
    /// The invalid part of the value, for a variable that never holds a secret.
    pub part: Option<String>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the environment does not describe a deployment; set these variables:")?;
        for Fault { variable, missing, part } in &self.faults {
            let state = if *missing { "is missing" } else { "is invalid" };
            let part = part.as_ref().map(|part| format!(" ({part})")).unwrap_or_default();
            write!(formatter, "\n  {} {state}{part}: expected {}", variable.name, variable.expected)?;
        }
        Ok(())
    }
}

/// Reads the variables of one function. A variable that is not for it counts as absent, which is no error.
pub(super) struct Reader<'a> {
    environment: &'a Environment,
    role: Role,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment, role: Role) -> Self {
        Self { environment, role, faults: Vec::new() }
    }

    pub(super) fn is_lambda(&self) -> bool {
        self.environment.is_lambda()
    }

    /// The text of a variable that is set.
    pub(super) fn get(&self, variable: Variable) -> Option<&'a str> {
        self.environment.get(variable.name).filter(|_| variable.is_read_by(self.role))
    }

    pub(super) fn optional<T>(&mut self, variable: Variable, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = parse(self.get(variable)?);
        if value.is_none() {
            self.invalid(variable);
        }
        value
    }

    pub(super) fn required<T>(&mut self, variable: Variable, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if self.get(variable).is_none() {
            self.missing(variable);
        }
        self.optional(variable, parse)
    }

    pub(super) fn text(&mut self, variable: Variable) -> String {
        self.required(variable, |text| Some(text.to_owned())).unwrap_or_default()
    }

    /// `true` or `false`; absent means false.
    pub(super) fn flag(&mut self, variable: Variable) -> bool {
        self.optional(variable, |text| text.parse().ok()).unwrap_or_default()
    }

    /// Whether a secret is set, by its text or by its ARN.
    pub(super) fn has_secret(&self, (text, arn): (Variable, Variable)) -> bool {
        self.get(text).is_some() || self.get(arn).is_some()
    }

    /// A secret that is set by its text, or else by its ARN.
    pub(super) fn secret<T>(
        &mut self,
        (text, arn): (Variable, Variable),
        parse: fn(&str) -> Option<T>,
    ) -> Option<Secret<T>> {
        let Some(name) = self.get(arn) else { return self.optional(text, parse).map(Secret::fixed) };
        if self.get(text).is_some() {
            self.invalid_part(arn, format!("{} is set too", text.name));
            return None;
        }
        let secret = self.environment.secret(name, text.expected, parse);
        secret.map_err(|part| self.invalid_part(arn, part)).ok()
    }

    pub(super) fn missing(&mut self, variable: Variable) {
        if variable.is_read_by(self.role) {
            self.faults.push(Fault { variable, missing: true, part: None });
        }
    }

    pub(super) fn invalid(&mut self, variable: Variable) {
        self.faults.push(Fault { variable, missing: false, part: None });
    }

    /// The same for a variable whose value may be shown.
    pub(super) fn invalid_part(&mut self, variable: Variable, part: String) {
        self.faults.push(Fault { variable, missing: false, part: Some(part) });
    }

    /// The value, if no variable was missing or invalid.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, SettingsError> {
        if self.faults.is_empty() {
            return Ok(value);
        }
        self.faults.sort_by_key(|fault| VARIABLES.iter().position(|known| *known == fault.variable));
        Err(SettingsError { faults: self.faults })
    }
}
