//! Which package ecosystem an update is of: by words, by the name of a package, and by the changed files.

use crate::commit::ChangedFile;
use crate::words::words;

words! {
    /// Where packages come from, by the name that people call it.
    #[derive(PartialOrd, Ord)]
    pub enum Ecosystem {
        Cargo = "Cargo",
        Npm = "npm",
        Python = "Python",
        Go = "Go",
        Java = "Maven and Gradle",
        Ruby = "Ruby",
        Php = "Composer",
        DotNet = "NuGet",
        Scala = "sbt",
        Dart = "Dart",
        Elixir = "Hex",
        Swift = "Swift",
        Nix = "Nix",
        Terraform = "Terraform",
        Helm = "Helm",
        Docker = "Docker",
        GitHubActions = "GitHub Actions",
        GitLabCi = "GitLab CI",
        PreCommit = "pre-commit",
        Submodules = "Git submodules",
    }
}

use Ecosystem::{
    Cargo, Dart, Docker, DotNet, Elixir, GitHubActions, GitLabCi, Go, Helm, Java, Nix, Npm, Php, PreCommit, Python,
    Ruby, Scala, Submodules, Swift, Terraform,
};

/// The files that state what a project depends on, by their names. Source: the files that Dependabot and Renovate read.
const BY_FILE: [(Ecosystem, &str); 19] = [
    (Cargo, "Cargo.toml Cargo.lock rust-toolchain rust-toolchain.toml"),
    (
        Npm,
        "package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-workspace.yaml bun.lock \
         bun.lockb deno.json deno.lock .nvmrc .node-version",
    ),
    (
        Python,
        "pyproject.toml poetry.lock uv.lock pdm.lock Pipfile Pipfile.lock setup.py setup.cfg tox.ini environment.yml \
         .python-version",
    ),
    (Go, "go.mod go.sum go.work go.work.sum"),
    (
        Java,
        "pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts gradle.properties \
         gradle-wrapper.properties libs.versions.toml gradle.lockfile",
    ),
    (Ruby, "Gemfile Gemfile.lock .ruby-version"),
    (Php, "composer.json composer.lock"),
    (
        DotNet,
        "packages.config packages.lock.json Directory.Packages.props Directory.Build.props global.json paket.lock",
    ),
    (Scala, "build.sbt plugins.sbt build.properties Dependencies.scala .scalafmt.conf"),
    (Dart, "pubspec.yaml pubspec.lock"),
    (Elixir, "mix.exs mix.lock"),
    (Swift, "Package.swift Package.resolved Podfile Podfile.lock Cartfile Cartfile.resolved"),
    (Nix, "flake.nix flake.lock"),
    (Terraform, ".terraform.lock.hcl versions.tf"),
    (Helm, "Chart.yaml Chart.lock values.yaml"),
    (Docker, "Dockerfile Containerfile docker-compose.yml docker-compose.yaml compose.yml compose.yaml"),
    (GitLabCi, ".gitlab-ci.yml"),
    (PreCommit, ".pre-commit-config.yaml"),
    (Submodules, ".gitmodules"),
];

/// Files of tools, which an update of a package changes along with its own: they decide only if they are alone.
const OF_TOOLS: [Ecosystem; 5] = [Docker, GitHubActions, GitLabCi, PreCommit, Helm];

/// Words of scopes and prefixes, in lower case.
const BY_WORD: [(Ecosystem, &str); 19] = [
    (Cargo, "cargo crates crate rust"),
    (Npm, "npm yarn pnpm node"),
    (Python, "pip python pypi poetry uv pipenv"),
    (Go, "gomod gomodule gomodules golang"),
    (Java, "maven gradle"),
    (Ruby, "bundler gem gems rubygems"),
    (Php, "composer"),
    (DotNet, "nuget dotnet"),
    (Scala, "sbt scala"),
    (Dart, "pub dart"),
    (Elixir, "mix"),
    (Swift, "swift cocoapods"),
    (Nix, "nix flake"),
    (Terraform, "terraform"),
    (Helm, "helm"),
    (Docker, "docker"),
    (GitHubActions, "actions gha workflows"),
    (PreCommit, "pre-commit"),
    (Submodules, "submodule submodules"),
];

/// The ecosystem that a prefix such as `build(deps/npm)` or `chore(cargo)` names.
pub(super) fn of_words(text: &str) -> Option<Ecosystem> {
    let text = text.to_lowercase();
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '-');
    words.find_map(|word| {
        let row = BY_WORD.iter().find(|(_, known)| known.split(' ').any(|known| known == word));
        row.map(|(ecosystem, _)| *ecosystem)
    })
}

/// The ecosystem that the form of a name shows: `@scope/name`, `golang.org/x/net`, `org.example:name`,
/// `actions/checkout`.
pub(super) fn of_name(name: &str) -> Option<Ecosystem> {
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    if first.starts_with('@') && !rest.is_empty() {
        return Some(Npm);
    }
    if rest.is_empty() {
        let (group, artifact) = name.split_once(':')?;
        return (group.contains('.') && !artifact.is_empty()).then_some(Java);
    }
    let is_action = first == "actions" || rest.ends_with("-action") || rest.contains("-action/");
    let is_go = ["github.com", "golang.org", "google.golang.org", "gopkg.in", "go.uber.org", "k8s.io"].contains(&first);
    match (is_action, is_go) {
        (_, true) => Some(Go),
        (true, false) => Some(GitHubActions),
        (false, false) => None,
    }
}

/// The ecosystem of a file that states dependencies; `None` for any other file.
pub(super) fn of_file(path: &str) -> Option<Ecosystem> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_below = |folder: &str| path.starts_with(folder) || path.contains(&format!("/{folder}"));
    if is_below(".github/workflows/") || is_below(".github/actions/") || matches!(name, "action.yml" | "action.yaml") {
        return Some(GitHubActions);
    }
    if let Some((ecosystem, _)) = BY_FILE.iter().find(|(_, names)| names.split_whitespace().any(|known| known == name))
    {
        return Some(*ecosystem);
    }
    of_ending(name, is_below("requirements/"))
}

/// The ecosystem that the end of a file's name shows.
fn of_ending(name: &str, is_of_requirements: bool) -> Option<Ecosystem> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match ending {
        "txt" | "in" if stem.contains("requirements") || stem.contains("constraints") || is_of_requirements => {
            Some(Python)
        }
        "csproj" | "fsproj" | "vbproj" => Some(DotNet),
        "gemspec" => Some(Ruby),
        "tf" => Some(Terraform),
        _ if stem.eq_ignore_ascii_case("Dockerfile") || ending.eq_ignore_ascii_case("Dockerfile") => Some(Docker),
        _ => None,
    }
}

/// The only ecosystem that the changed files show. Files of tools are ignored where others are changed too.
pub(super) fn of_files(files: &[ChangedFile]) -> Option<Ecosystem> {
    let all: Vec<Ecosystem> = files.iter().filter_map(|file| of_file(&file.path)).collect();
    let only = |of_tools: bool| {
        let mut found = all.iter().filter(|one| of_tools || !OF_TOOLS.contains(one));
        let first = found.next()?;
        Some((*first, found.all(|other| other == first)))
    };
    only(false).or_else(|| only(true)).filter(|(_, is_only)| *is_only).map(|(ecosystem, _)| ecosystem)
}
