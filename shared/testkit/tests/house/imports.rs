//! What the files of a crate import from each other, by the names in their code.
//!
//! A name leads to the file that defines it, through any `pub use`. The declaration of a module and a `pub use` are no
//! imports of their own; a name that a file re-exports and uses itself is one.

use std::collections::{BTreeMap, BTreeSet};

/// The files of one crate, by the paths of their modules: `run::waits` for `run/waits.rs`, and an empty one for the
/// root.
pub(crate) struct Crate {
    files: BTreeMap<String, File>,
}

struct File {
    tokens: Vec<String>,
    /// Where the names come from that `use` brings into this file, each as a path from the root.
    names: BTreeMap<String, String>,
    /// Those of the names that a `pub use` gives to others.
    exported: BTreeSet<String>,
}

impl Crate {
    /// Reads the files, each with its path below `src`.
    pub(crate) fn read<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let files: BTreeMap<String, Vec<String>> =
            files.into_iter().map(|(path, text)| (module_of(path), tokens(&without_text(text)))).collect();
        let modules: BTreeSet<String> = files.keys().cloned().collect();
        let files = files.into_iter().map(|(module, tokens)| (module.clone(), File::read(&module, &tokens, &modules)));
        Self { files: files.collect() }
    }

    /// The modules of which each file uses something.
    pub(crate) fn imports(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.files.iter().map(|(module, file)| (module.clone(), self.imports_of(module, file))).collect()
    }

    fn imports_of(&self, module: &str, file: &File) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (place, token) in file.tokens.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|before| file.tokens.get(before)).map(String::as_str);
            if before == Some("::") || before == Some(".") {
                continue;
            }
            let path = self.path_at(module, file, place);
            if let Some(path) = path.or_else(|| file.names.get(token).cloned()) {
                found.insert(self.defining(&path));
            }
        }
        found.remove(module);
        found
    }

    /// The path that begins at a place of the code with `crate`, `super`, `self` or a module of the file's own.
    fn path_at(&self, module: &str, file: &File, place: usize) -> Option<String> {
        let mut path = vec![file.tokens.get(place)?.clone()];
        let mut rest = file.tokens.get(place + 1..)?;
        while let [colons, name, after @ ..] = rest
            && colons == "::"
        {
            path.push(name.clone());
            rest = after;
        }
        // `pub(super)` and `self` alone are no paths.
        (path.len() > 1).then(|| from_root(module, &path, |inner| self.files.contains_key(inner))).flatten()
    }

    /// The module whose file defines what a path names.
    fn defining(&self, path: &str) -> String {
        let mut module = String::new();
        for part in path.split("::") {
            let inner = if module.is_empty() { part.to_owned() } else { format!("{module}::{part}") };
            if self.files.contains_key(&inner) {
                module = inner;
                continue;
            }
            let file = self.files.get(&module);
            return match file.filter(|file| file.exported.contains(part)).and_then(|file| file.names.get(part)) {
                Some(origin) => self.defining(origin),
                None => module,
            };
        }
        module
    }
}

impl File {
    /// Takes the `use` declarations out of the tokens.
    fn read(module: &str, tokens: &[String], modules: &BTreeSet<String>) -> Self {
        let mut file = Self { tokens: Vec::new(), names: BTreeMap::new(), exported: BTreeSet::new() };
        let mut rest = tokens;
        while let [token, after @ ..] = rest {
            if token == "mod" {
                // The name of a module that is declared is no use of it.
                rest = after.get(1..).unwrap_or_default();
            } else if token == "use" {
                let end = after.iter().position(|token| token == ";").expect("the end of a use");
                let is_public = matches!(file.tokens.last().map(String::as_str), Some("pub" | ")"));
                for (name, path) in used(&after[..end]) {
                    let Some(path) = from_root(module, &path, |inner| modules.contains(inner)) else { continue };
                    if is_public {
                        file.exported.insert(name.clone());
                    }
                    file.names.insert(name, path);
                }
                rest = &after[end..];
            } else {
                file.tokens.push(token.clone());
                rest = after;
            }
        }
        file
    }
}

/// `run/waits.rs` is `run::waits`, `run/mod.rs` is `run`, `lib.rs` is the root.
fn module_of(path: &str) -> String {
    let name = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if name == "lib" { String::new() } else { name.replace('/', "::") }
}

/// A path without `crate`, `super` and `self`, as seen from a module; `None` where it leads to another crate.
fn from_root(module: &str, path: &[String], is_module: impl Fn(&str) -> bool) -> Option<String> {
    let mut place: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut rest = path;
    match rest.first()?.as_str() {
        "crate" => {
            place.clear();
            rest = &rest[1..];
        }
        "super" | "self" => {
            while let Some(step @ ("super" | "self")) = rest.first().map(String::as_str) {
                if step == "super" {
                    place.pop()?;
                }
                rest = &rest[1..];
            }
        }
        // A module of this file's own: `use wait::WaitError`.
        child => {
            let inner = [&place[..], &[child]].concat().join("::");
            is_module(&inner).then_some(())?;
        }
    }
    Some(place.into_iter().chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join("::"))
}

/// The names that a `use` brings, each with its whole path.
fn used(tokens: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut prefixes: Vec<Vec<String>> = vec![Vec::new()];
    let mut path: Vec<String> = Vec::new();
    let mut name: Option<String> = None;
    let mut tokens = tokens.iter().map(String::as_str).peekable();
    let mut close = |path: &mut Vec<String>, name: &mut Option<String>, prefix: &[String]| {
        if path.len() > prefix.len() {
            if path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let own = name.take().or_else(|| path.last().cloned()).unwrap_or_default();
            found.push((own, path.clone()));
        }
        *path = prefix.to_vec();
    };
    while let Some(token) = tokens.next() {
        let prefix = prefixes.last().cloned().unwrap_or_default();
        match token {
            "::" => {}
            "{" => prefixes.push(path.clone()),
            "," => close(&mut path, &mut name, &prefix),
            "}" => {
                close(&mut path, &mut name, &prefix);
                prefixes.pop();
                path = prefixes.last().cloned().unwrap_or_default();
            }
            "as" => name = tokens.next().map(str::to_owned),
            part => path.push(part.to_owned()),
        }
    }
    close(&mut path, &mut name, &[]);
    found
}

/// Names, `::` and single marks.
fn tokens(code: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() || letter == '_' {
            let mut name = String::from(letter);
            while let Some(next) = letters.next_if(|next| next.is_alphanumeric() || *next == '_') {
                name.push(next);
            }
            found.push(name);
        } else if letter == ':' && letters.next_if_eq(&':').is_some() {
            found.push("::".to_owned());
        } else if !letter.is_whitespace() {
            found.push(letter.to_string());
        }
    }
    found
}

/// The code without its comments and without what is in its string and character literals.
fn without_text(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(letter) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if letter == '"' {
            string_bytes(rest)
        } else if letter == '\'' {
            character_bytes(rest)
        } else {
            0
        };
        if skipped > 0 {
            rest = &rest[skipped..];
            kept.push(' ');
        } else {
            rest = &rest[letter.len_utf8()..];
            kept.push(letter);
        }
    }
    kept
}

fn string_bytes(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !is_escaped;
        is_escaped = *letter == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(place, _)| place + 1)
}

/// `'a'`, `'\n'` and `'\u{200B}'`; nothing for a lifetime.
fn character_bytes(text: &str) -> usize {
    let inside = &text[1..];
    if inside.starts_with('\\') {
        return inside[2..].find('\'').map_or(0, |end| end + 4);
    }
    let letter = inside.chars().next().map_or(0, char::len_utf8);
    if inside[letter..].starts_with('\'') { letter + 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::Crate;

    fn imports(files: &[(&str, &str)], of: &str) -> Vec<String> {
        let found = Crate::read(files.iter().copied()).imports().remove(of).unwrap_or_default();
        found.into_iter().collect()
    }

    #[test]
    fn name_leads_to_the_file_that_defines_it() {
        let files = [
            ("lib.rs", "pub mod run;\npub mod id;"),
            ("id.rs", "pub struct Id;"),
            (
                "run/mod.rs",
                "mod waits;\nmod wait;\nmod last;\npub use waits::{MAX, Waits as W};\n\
                 pub struct Run { w: W }\nfn f() { last::f() }",
            ),
            ("run/last.rs", "pub(super) fn f() {}"),
            ("run/waits.rs", "pub struct Waits;\npub const MAX: u8 = 3;"),
            ("run/wait.rs", "use super::{Run, W};\nfn f(_: Run, _: W) -> crate::id::Id { super::MAX; loop {} }"),
        ];
        assert_eq!(imports(&files, "run::wait"), ["id", "run", "run::waits"]);
        assert_eq!(
            imports(&files, "run"),
            ["run::last", "run::waits"],
            "a path, and a re-exported name that is used here"
        );
        assert!(imports(&files, "").is_empty(), "declarations are no imports");
    }

    #[test]
    fn comments_strings_and_visibility_are_no_imports() {
        let text = "//! [`crate::id`]\npub(super) struct A;\npub(crate) fn f<'a>(_: &'a str) -> char {\n    \
                    let _ = \"crate::id::Id \\\" //\"; let _ = '\"'; '\\u{200B}'\n}";
        assert!(imports(&[("lib.rs", ""), ("id.rs", ""), ("a.rs", text)], "a").is_empty());
    }
}
