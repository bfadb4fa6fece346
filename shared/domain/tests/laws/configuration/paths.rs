//! Which files a report about some paths is about, and what an edit of the paths keeps.

use super::edit::{edited, lived, now};
use domain::configuration::{BranchName, Configuration};
use domain::repository::{PATH_BYTES_MAX, PATHS_MAX, PathError, PathFilter, PathFilterError, RepositoryPath};
use proptest::prelude::*;

pub(crate) fn filter(include: &[&str], exclude: &[&str]) -> PathFilter {
    PathFilter::new(parsed(include), parsed(exclude)).expect("a filter")
}

fn parsed(paths: &[&str]) -> Vec<RepositoryPath> {
    paths.iter().map(|path| RepositoryPath::parse(path).expect("a path")).collect()
}

#[test]
fn path_is_literal_and_normalised() {
    for (text, path) in [
        ("packages/api", "packages/api"),
        (" packages/api/ ", "packages/api"),
        ("./src", "src"),
        ("././src//", "src"),
        (" ./ x / ", "x"),
        ("app/[id]/page.tsx", "app/[id]/page.tsx"),
        (".github", ".github"),
        ("..config/a", "..config/a"),
        ("Büro/日本", "Büro/日本"),
        ("a b/c?", "a b/c?"),
    ] {
        assert_eq!(RepositoryPath::parse(text).expect(text).as_str(), path);
    }
    let longest = "a".repeat(PATH_BYTES_MAX);
    assert!(RepositoryPath::parse(&longest).is_ok());
    assert!(matches!(RepositoryPath::parse(&format!("{longest}b")), Err(PathError::TooLong(_))));
    for text in ["", " ", ".", "./", "./ ", "./ /"] {
        assert_eq!(RepositoryPath::parse(text), Err(PathError::Empty), "{text:?}");
    }
    for text in ["/", "/src", "//"] {
        assert!(matches!(RepositoryPath::parse(text), Err(PathError::Absolute(_))), "{text:?}");
    }
    for text in ["..", "../a", "a/../b", "a/./b", "a//b", "a/.."] {
        assert!(matches!(RepositoryPath::parse(text), Err(PathError::Name(_))), "{text:?}");
    }
    assert!(matches!(RepositoryPath::parse("src\\api"), Err(PathError::Backslash(_))));
    assert!(matches!(RepositoryPath::parse("src/*.rs"), Err(PathError::Pattern(_))));
    assert_eq!(RepositoryPath::parse("a\nb"), Err(PathError::Control("ab".to_owned())));
}

#[test]
fn folder_means_everything_below_it() {
    let api = filter(&["packages/api", "README.md"], &["packages/api/tests"]);
    for (file, matches) in [
        ("packages/api/src/lib.rs", true),
        ("packages/api", true),
        ("README.md", true),
        ("packages/api-client/lib.rs", false),
        ("packages/api/tests/a.rs", false),
        ("packages/api/tests", false),
        ("packages/api/tests-old/a.rs", true),
        ("docs/README.md", false),
        ("Packages/api/lib.rs", false),
    ] {
        assert_eq!(api.matches(file), matches, "{file}");
    }
    assert!(filter(&[], &["docs"]).matches("src/lib.rs") && !filter(&[], &["docs"]).matches("docs/a.md"));
    assert!(PathFilter::whole().is_whole() && PathFilter::whole().matches("any/file"));
    assert_eq!(filter(&["a", "a/", "./a"], &[]).include().len(), 1, "each path once");
}

#[test]
fn included_path_within_an_excluded_one_is_an_error() {
    for (include, exclude) in [("a/b", "a"), ("a/b", "a/b")] {
        let error = PathFilter::new(parsed(&[include]), parsed(&[exclude])).expect_err("no file can match");
        assert!(error.to_string().contains(&format!("'{exclude}' excludes all of '{include}'")), "{error}");
    }
    assert!(PathFilter::new(parsed(&["a"]), parsed(&["a/b", "ab"])).is_ok());
}

#[test]
fn list_has_at_most_ten_different_paths() {
    let names: Vec<String> = (0..=PATHS_MAX).map(|number| format!("p{number}")).collect();
    let paths = |count: usize| parsed(&names.iter().take(count).map(String::as_str).collect::<Vec<_>>());
    let repeated = [paths(PATHS_MAX), paths(3)].concat();
    assert_eq!(PathFilter::new(repeated, paths(0)).expect("ten").include().len(), PATHS_MAX);
    for (include, exclude) in [(PATHS_MAX + 1, 0), (0, PATHS_MAX + 1)] {
        let (include, exclude) = (paths(include), paths(exclude));
        assert_eq!(PathFilter::new(include, exclude), Err(PathFilterError::TooMany));
    }
}

#[test]
fn other_paths_keep_the_coverage() {
    let before = lived();
    let after = edited(&before, |settings| settings.paths = filter(&["packages/api"], &[]));
    assert_eq!(after.progress, before.progress);
    let mut further = before.settings.watched();
    further[0].branch = BranchName::parse("next").expect("a branch");
    let two = edited(&before, |settings| settings.further.clone_from(&further));
    let after = edited(&two, |settings| settings.further[0].paths = filter(&[], &["docs"]));
    assert_eq!(after.progress, two.progress);
    let swapped = edited(&after, |settings| {
        let all = settings.watched().into_iter().rev().collect();
        *settings = settings.clone().watching(all);
    });
    let coverages = |of: &Configuration| of.progress.coverages().cloned().collect::<Vec<_>>();
    let mut reversed = coverages(&after);
    reversed.reverse();
    assert_eq!(coverages(&swapped), reversed);
    assert_eq!(swapped.settings.paths, filter(&[], &["docs"]), "paths move with their branch");
}

#[test]
fn branch_is_listed_once_whatever_its_paths_are() {
    let mut settings = lived().settings;
    let mut same = settings.watched();
    same[0].paths = filter(&["docs"], &[]);
    settings.further = same;
    assert_eq!(lived().edited(settings, now()).settings.further, []);
}

proptest! {
    /// Stored paths are parsed again.
    #[test]
    fn parsed_path_parses_to_itself(text in "[ ./a]{0,8}") {
        if let Ok(path) = RepositoryPath::parse(&text) {
            prop_assert_eq!(RepositoryPath::parse(path.as_str()), Ok(path.clone()));
        }
    }

    /// A filter is compared by names between `/`, which its implementation does not split.
    #[test]
    fn filter_compares_whole_names(
        include in paths(), exclude in paths(), file in "[ab]{1,2}(/[ab]{1,2}){0,3}",
    ) {
        let contains = |path: &str| {
            let (path, file): (Vec<_>, Vec<_>) = (path.split('/').collect(), file.split('/').collect());
            file.starts_with(&path)
        };
        let expected = (include.is_empty() || include.iter().any(|path| contains(path)))
            && !exclude.iter().any(|path| contains(path));
        let lists = |paths: &[String]| paths.iter().map(|path| RepositoryPath::parse(path).expect("a path")).collect();
        if let Ok(filter) = PathFilter::new(lists(&include), lists(&exclude)) {
            prop_assert_eq!(filter.matches(&file), expected);
        } else {
            let below = |one: &String, other: &String| format!("{one}/").starts_with(&format!("{other}/"));
            let is_within = |one: &String| exclude.iter().any(|other| below(one, other));
            prop_assert!(include.iter().any(is_within));
        }
    }
}

fn paths() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[ab]{1,2}(/[ab]{1,2}){0,2}", 0..3)
}
