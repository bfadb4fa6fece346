//! The kinds of git host: one row each, and the hosts of kinds that are not supported.

use crate::words::words;

words! {
    /// The API that a git host has.
    pub enum Provider {
        /// GitHub's REST API.
        GitHub = "github",
        /// GitLab's API v4.
        GitLab = "gitlab",
        /// Gitea's and Forgejo's API v1.
        Gitea = "gitea",
    }
}

/// What is known about a kind of host.
#[derive(Debug)]
pub struct HostKind {
    pub name: &'static str,
    /// Other software that has the same API, and the same word.
    pub(super) also: &'static [&'static str],
    /// The host of `owner/name` without a host.
    pub main_host: Option<&'static str>,
    pub(super) other_hosts: &'static [&'static str],
    /// The name of the main host for ssh through port 443.
    pub(super) ssh_host: Option<&'static str>,
    pub owners: Owners,
    /// The first parts of the paths of a repository's pages, separated by spaces.
    pub(super) pages: &'static str,
    /// Parts that a project can be named like: they begin a page where a number follows.
    pub(super) numbered_pages: &'static str,
}

/// What is before the name in a repository's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owners {
    One,
    /// One owner, and before it the path that the server is at; a public host has none.
    BelowServer,
    /// Groups, each within the one before it, below the path that the server is at.
    Nested,
}

impl Owners {
    /// Whether a path may have more parts than an owner and a name.
    pub(super) fn may_be_longer(self, is_public_host: bool) -> bool {
        match self {
            Self::One => false,
            Self::BelowServer => !is_public_host,
            Self::Nested => true,
        }
    }
}

const GITHUB: HostKind = HostKind {
    name: "GitHub",
    also: &[],
    main_host: Some("github.com"),
    other_hosts: &[],
    ssh_host: Some("ssh.github.com"),
    owners: Owners::One,
    pages: "actions activity archive blame blob branches codespaces commit commits compare contributors discussions \
            edit find forks graphs issues labels milestones network packages projects pull pulls pulse raw releases \
            security settings tags tree wiki",
    numbered_pages: "",
};

const GITLAB: HostKind = HostKind {
    name: "GitLab",
    also: &[],
    main_host: Some("gitlab.com"),
    other_hosts: &[],
    ssh_host: Some("altssh.gitlab.com"),
    owners: Owners::Nested,
    // Pages are below `/-/`. The others are from before they moved; no project can have one of these names
    // (<https://docs.gitlab.com/user/reserved_names/>).
    pages: "- blame blob commits files raw tree wikis",
    numbered_pages: "issues merge_requests milestones",
};

const GITEA: HostKind = HostKind {
    name: "Gitea",
    also: &["Forgejo"],
    main_host: None,
    other_hosts: &["codeberg.org", "gitea.com"],
    ssh_host: None,
    owners: Owners::BelowServer,
    pages: "actions activity archive blame branches commit commits compare forks graph issues labels media milestones \
            packages projects pulls raw releases search settings src stars tags wiki",
    numbered_pages: "",
};

/// Hosts of other kinds, with every name below each.
pub(super) const UNSUPPORTED: [(&str, &str); 12] = [
    ("bitbucket.org", "Bitbucket"),
    ("dev.azure.com", "Azure DevOps"),
    ("visualstudio.com", "Azure DevOps"),
    ("sr.ht", "SourceHut"),
    ("amazonaws.com", "AWS CodeCommit"),
    ("code.sf.net", "SourceForge"),
    ("gitee.com", "Gitee"),
    ("googlesource.com", "Gerrit"),
    ("launchpad.net", "Launchpad"),
    ("pagure.io", "Pagure"),
    ("savannah.gnu.org", "Savannah"),
    ("sourceforge.net", "SourceForge"),
];

impl Provider {
    /// The row of this kind.
    pub const fn kind(self) -> &'static HostKind {
        match self {
            Self::GitHub => &GITHUB,
            Self::GitLab => &GITLAB,
            Self::Gitea => &GITEA,
        }
    }

    /// Every kind by its word, for an error: `'github', 'gitlab' or 'gitea'; Forgejo is 'gitea'`.
    pub(super) fn choices() -> String {
        let words = Self::ALL.map(|provider| format!("'{}'", provider.as_str())).to_vec();
        let also = |provider: Self| provider.kind().also.iter().map(move |name| (name, provider.as_str()));
        Self::ALL
            .into_iter()
            .flat_map(also)
            .fold(listed(words, "or"), |choices, (name, word)| format!("{choices}; {name} is '{word}'"))
    }

    /// All software that is supported: `GitHub, GitLab, Gitea and Forgejo`.
    pub(super) fn software() -> String {
        let names = Self::ALL.map(Self::kind).into_iter().flat_map(|kind| [&[kind.name], kind.also].concat());
        listed(names.map(str::to_owned).collect(), "and")
    }
}

fn listed(mut words: Vec<String>, last: &str) -> String {
    match words.pop() {
        Some(word) if !words.is_empty() => format!("{} {last} {word}", words.join(", ")),
        word => word.unwrap_or_default(),
    }
}
