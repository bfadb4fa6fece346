//! Git hosts by name: those whose provider is known, and those of kinds that are not supported.

use super::Provider;

/// Hosts whose provider is known.
const KNOWN: [(&str, Provider); 4] = [
    ("github.com", Provider::GitHub),
    ("gitlab.com", Provider::GitLab),
    ("codeberg.org", Provider::Gitea),
    ("gitea.com", Provider::Gitea),
];

/// Names of the same hosts for ssh through port 443.
const SSH_NAMES: [(&str, &str); 4] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("altssh.bitbucket.org", "bitbucket.org"),
    ("ssh.dev.azure.com", "dev.azure.com"),
];

/// Hosts of other kinds, with every name below each.
const UNSUPPORTED: [(&str, &str); 12] = [
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

/// The name of a host that is stored: one host has one.
pub(super) fn official_name(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    if let Some((_, name)) = SSH_NAMES.iter().find(|(other, _)| *other == host) {
        return (*name).to_owned();
    }
    match host.strip_prefix("www.") {
        Some(bare) if known(bare).is_some() => bare.to_owned(),
        _ => host.to_owned(),
    }
}

/// The provider of a host, where the name says it.
pub(super) fn known(host: &str) -> Option<Provider> {
    KNOWN.iter().find(|(name, _)| *name == host).map(|(_, provider)| *provider)
}

/// The name of a host's kind, where that is not supported.
pub(super) fn unsupported(host: &str) -> Option<&'static str> {
    let is_below = |name: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    UNSUPPORTED.iter().find(|(name, _)| is_below(name)).map(|(_, kind)| *kind)
}
