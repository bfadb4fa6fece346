//! The kind of a change by the files that it changes, where all are of one sort.

use super::named::Kind;

/// A sort of file; the lists are separated by spaces and in small letters.
struct Sort {
    kind: Kind,
    /// Folders anywhere in the path.
    folders: &'static str,
    /// Beginnings of the file's name.
    beginnings: &'static str,
    /// Ends of the file's name.
    ends: &'static str,
}

/// The first sort that fits decides: a snapshot of a test is a test, also if it is a `.md`.
const SORTS: [Sort; 6] = [
    Sort {
        kind: Kind::Tests,
        folders: "test tests __tests__ testing testdata e2e spec specs fixtures __snapshots__ snapshots benches \
            androidtest unittests integration-tests",
        beginnings: "test_ conftest.py jest.config. vitest.config. playwright.config.",
        ends: "_test.go _test.py _test.rs _test.cc _test.cpp _test.dart _test.exs _spec.rb _test.rb test.java \
            tests.java it.java test.kt test.php tests.cs test.cs .test.js .test.jsx .test.ts .test.tsx .test.mjs \
            .spec.js .spec.jsx .spec.ts .spec.tsx .snap",
    },
    Sort {
        kind: Kind::Translation,
        folders: "locale locales i18n l10n translations lang langs languages",
        beginnings: "messages_",
        ends: ".po .pot .xlf .xliff .arb .strings .ftl",
    },
    Sort {
        kind: Kind::Build,
        folders: ".github .circleci .buildkite .gitlab .teamcity .woodpecker",
        beginnings: ".gitlab-ci. .travis. appveyor. .appveyor. azure-pipelines jenkinsfile dockerfile docker-compose \
            compose.yaml compose.yml .dockerignore makefile gnumakefile cmakelists.txt .goreleaser bitrise. .cirrus. \
            renovate.json dependabot. justfile",
        ends: ".cmake .mk .dockerfile",
    },
    Sort {
        kind: Kind::Dependencies,
        folders: "",
        beginnings: "cargo.lock package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb \
            go.sum \
            gemfile.lock composer.lock poetry.lock pdm.lock uv.lock pipfile.lock mix.lock pubspec.lock podfile.lock \
            package.resolved flake.lock deno.lock packages.lock.json gradle.lockfile requirements",
        ends: "",
    },
    Sort {
        kind: Kind::Documentation,
        folders: "doc docs documentation website",
        beginnings: "readme changelog changes. history. contributing code_of_conduct security.md authors \
            maintainers news. \
            codeowners release-notes",
        ends: ".md .mdx .rst .adoc .asciidoc .markdown",
    },
    Sort {
        kind: Kind::Chore,
        folders: "",
        beginnings: "license licence copying notice .gitignore .gitattributes .editorconfig .mailmap \
            .git-blame-ignore-revs .eslintrc .eslintignore .prettierrc .prettierignore .rubocop rustfmt.toml \
            .rustfmt.toml clippy.toml .clippy.toml .clang-format .clang-tidy .pre-commit-config .vscode .npmrc .nvmrc",
        ends: "",
    },
];

/// Manifests; with a lock file they are a change of dependencies.
const MANIFESTS: &str = "cargo.toml package.json go.mod gemfile composer.json pyproject.toml pipfile mix.exs \
    pubspec.yaml \
    podfile package.swift flake.nix deno.json";

/// The kind that all paths share; `None` without paths, and if one is of another sort.
pub(super) fn kind<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<Kind> {
    let mut shared = None;
    let mut has_manifest = false;
    for path in paths {
        let path = path.to_ascii_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default();
        if MANIFESTS.split_whitespace().any(|manifest| manifest == name) {
            has_manifest = true;
            continue;
        }
        let kind = sort_of(&path, name)?;
        if *shared.get_or_insert(kind) != kind {
            return None;
        }
    }
    shared.filter(|kind| !has_manifest || *kind == Kind::Dependencies)
}

/// Whether the files say more than an English verb: `Fix` of tests only is a change of tests. A change of a lock
/// file or
/// of a linter's settings can be a fix.
pub(super) const fn outranks_verb(kind: Kind) -> bool {
    matches!(kind, Kind::Documentation | Kind::Tests | Kind::Build | Kind::Translation)
}

fn sort_of(path: &str, name: &str) -> Option<Kind> {
    let folders = path.strip_suffix(name).unwrap_or_default();
    let fits = |sort: &&Sort| {
        folders.split('/').filter(|folder| !folder.is_empty()).any(|folder| has(sort.folders, |one| folder == one))
            || has(sort.beginnings, |one| name.starts_with(one))
            || has(sort.ends, |one| name.ends_with(one))
    };
    SORTS.iter().find(fits).map(|sort| sort.kind)
}

fn has(list: &str, fits: impl Fn(&str) -> bool) -> bool {
    list.split_whitespace().any(fits)
}
