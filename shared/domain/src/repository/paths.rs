//! The paths in a repository that a report is about, such as those of one package of several.

use std::fmt;

/// The most paths of each list.
pub const PATHS_MAX: usize = 10;

/// The longest path, in bytes.
pub const PATH_BYTES_MAX: usize = 200;

/// A folder or a file in a repository, such as `packages/api`: names with `/` between them. It is taken literally.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryPath(String);

/// The text is not the path of a folder or file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    #[error("a path is empty: name a folder or a file, such as packages/api")]
    Empty,
    #[error("'{0}' begins with '/': write it as git shows it, from the repository's top, such as packages/api")]
    Absolute(String),
    #[error("'{0}' contains '\\': write '/' between folders")]
    Backslash(String),
    #[error("'{0}' contains '*': patterns are not supported; name a folder, which includes everything below it")]
    Pattern(String),
    #[error("'{0}' contains an empty name, '.' or '..': write the path without it")]
    Name(String),
    #[error("'{0}' contains a control character: remove it")]
    Control(String),
    #[error("'{0}' is too long: a path has at most {PATH_BYTES_MAX} bytes")]
    TooLong(String),
}

impl RepositoryPath {
    /// Parses a path. `./` at its beginning, `/` at its end and white space around it are removed.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let trimmed = text.trim();
        let path = stripped(trimmed);
        let shown = || text.chars().filter(|letter| !letter.is_control()).take(80).collect();
        let is_bad_name = |name: &str| matches!(name, "" | "." | "..");
        match path {
            _ if trimmed.starts_with('/') => Err(PathError::Absolute(shown())),
            "" | "." => Err(PathError::Empty),
            _ if path.len() > PATH_BYTES_MAX => Err(PathError::TooLong(shown())),
            _ if path.chars().any(char::is_control) => Err(PathError::Control(shown())),
            _ if path.contains('\\') => Err(PathError::Backslash(shown())),
            _ if path.contains('*') => Err(PathError::Pattern(shown())),
            _ if path.split('/').any(is_bad_name) => Err(PathError::Name(shown())),
            _ => Ok(Self(path.to_owned())),
        }
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a file is this one, or in this folder.
    pub fn contains(&self, file: &str) -> bool {
        file.strip_prefix(self.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for RepositoryPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The files that a report is about: those in the included paths, or all, without those in the excluded ones.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PathFilter {
    include: Vec<RepositoryPath>,
    exclude: Vec<RepositoryPath>,
}

/// All files.
static WHOLE: PathFilter = PathFilter { include: Vec::new(), exclude: Vec::new() };

/// The lists are no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFilterError {
    /// No file of the included path can match.
    #[error("'{excluded}' excludes all of '{included}', which is included: remove one of the two")]
    Excluded { included: RepositoryPath, excluded: RepositoryPath },
    #[error("at most {PATHS_MAX} paths can be included, and as many excluded: name a folder that contains several")]
    TooMany,
}

impl PathFilter {
    /// A filter of these lists, each path once. It is an error if an included path is within an excluded one, or if a
    /// list has more than [`PATHS_MAX`] paths.
    pub fn new(include: Vec<RepositoryPath>, exclude: Vec<RepositoryPath>) -> Result<Self, PathFilterError> {
        let (include, exclude) = (distinct(include), distinct(exclude));
        if include.len().max(exclude.len()) > PATHS_MAX {
            return Err(PathFilterError::TooMany);
        }
        for included in &include {
            if let Some(excluded) = exclude.iter().find(|excluded| excluded.contains(included.as_str())) {
                let (included, excluded) = (included.clone(), excluded.clone());
                return Err(PathFilterError::Excluded { included, excluded });
            }
        }
        Ok(Self { include, exclude })
    }

    /// All files.
    pub fn whole() -> &'static Self {
        &WHOLE
    }

    /// The included paths; empty for the whole repository.
    pub fn include(&self) -> &[RepositoryPath] {
        &self.include
    }

    /// The excluded paths.
    pub fn exclude(&self) -> &[RepositoryPath] {
        &self.exclude
    }

    /// Whether every file matches.
    pub fn is_whole(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// Whether a file matches.
    pub fn matches(&self, file: &str) -> bool {
        let is_in = |paths: &[RepositoryPath]| paths.iter().any(|path| path.contains(file));
        (self.include.is_empty() || is_in(&self.include)) && !is_in(&self.exclude)
    }
}

/// The text without what may be around a path.
fn stripped(text: &str) -> &str {
    let trimmed = text.trim();
    let path = trimmed.strip_prefix("./").unwrap_or(trimmed);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.len() == text.len() { path } else { stripped(path) }
}

/// Each path once, in the order of the first ones.
fn distinct(paths: Vec<RepositoryPath>) -> Vec<RepositoryPath> {
    let mut kept: Vec<RepositoryPath> = Vec::new();
    for path in paths {
        if !kept.contains(&path) {
            kept.push(path);
        }
    }
    kept
}
