//! Which paths belong to the dashboard.

/// What a path of the dashboard names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A page of the application, which decides by the path what it shows.
    Page,
    /// A built file, by its path without the first `/`.
    File(&'a str),
}

/// The extensions of files beside `index.html`. JSON is not among them: `/openapi.json` is the API's.
const BESIDE_THE_PAGE: [&str; 6] = ["ico", "png", "svg", "txt", "webmanifest", "woff2"];

impl<'a> Place<'a> {
    /// The dashboard's place of this path; `None` for a path of the API.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        match path.split_once('/') {
            None if path.is_empty() || path == "app" => Some(Self::Page),
            Some(("app", _)) => Some(Self::Page),
            Some(("assets", _)) => Some(Self::File(path)),
            Some(_) => None,
            None => {
                let (_, extension) = path.rsplit_once('.')?;
                BESIDE_THE_PAGE.contains(&extension).then_some(Self::File(path))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn pages_and_files_differ_from_the_api_by_their_path() {
        for page in ["/", "/app", "/app/", "/app/runs/0199", "/app/runs.json"] {
            assert_eq!(Place::of(page), Some(Place::Page), "{page}");
        }
        for file in ["/assets/a.js", "/assets/b/c.css", "/icon.svg", "/favicon.ico"] {
            assert_eq!(Place::of(file), Some(Place::File(&file[1..])), "{file}");
        }
        for other in ["/application", "/assets", "/openapi.json", "/report-runs/1.svg", "*", "", "/demo/session"] {
            assert_eq!(Place::of(other), None, "{other}");
        }
    }

    #[test]
    fn no_operation_of_the_api_has_a_path_of_the_dashboard() {
        let operations = api::openapi::listed();
        assert!(operations.len() > 40);
        for (method, path, _) in operations {
            assert_eq!(Place::of(&path), None, "{method} {path}");
        }
    }
}
