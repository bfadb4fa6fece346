//! The dashboard on the API's port: served, built with a scripted npm, and explained where it is absent.

use crate::program::{Place, System, eventually};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A built page, with a script.
const PAGE: &str = "<!doctype html><title>built</title><script type=\"module\" src=\"/assets/app-1.js\"></script>";

/// A scripted npm. `ci` waits for the file `go`, and `run` builds what the file `page` contains, or fails.
const NPM: &str = r#"#!/bin/sh
echo "$@" >> asked
case $1 in
  ci)
    echo 'fetching <libraries>'
    while [ ! -e go ]; do sleep 0.1; done
    mkdir -p node_modules && touch node_modules/.package-lock.json ;;
  run)
    if [ ! -e page ]; then echo 'no page: <b>stop</b>' >&2; exit 3; fi
    mkdir -p dist/assets && echo 'export {}' > dist/assets/app-1.js && cp page dist/index.html ;;
esac
"#;

/// The folder of the dashboard's sources, and one with programs.
struct Web {
    place: Place,
}

impl Web {
    fn new() -> Self {
        let web = Self { place: Place::with_repository() };
        fs::create_dir_all(web.file("web/src")).unwrap();
        fs::create_dir_all(web.file("programs")).unwrap();
        for source in ["package.json", "package-lock.json", "index.html", "src/main.ts"] {
            fs::write(web.file(&format!("web/{source}")), "{}").unwrap();
        }
        web
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Builds the site by hand.
    fn build(&self) {
        fs::create_dir_all(self.file("web/dist/assets")).unwrap();
        let script = format!("export {{}}{}", " ".repeat(4_000));
        fs::write(self.file("web/dist/assets/app-1.js"), script).unwrap();
        fs::write(self.file("web/dist/icon.svg"), "<svg/>").unwrap();
        fs::write(self.file("web/dist/index.html"), PAGE).unwrap();
    }

    /// Puts a Node of this version, and the scripted npm, where the program finds them.
    fn install(&self, version: &str) {
        for (name, text) in [("node", format!("#!/bin/sh\necho {version}\n")), ("npm", NPM.to_owned())] {
            let path = self.file(&format!("programs/{name}"));
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    async fn start(&self) -> System {
        let (web, programs) = (self.file("web"), self.file("programs"));
        // The scripted npm needs programs of the system. No test expects a Node there, or its absence.
        let path = if programs.join("npm").exists() {
            format!("{}:/usr/bin:/bin", programs.display())
        } else {
            programs.display().to_string()
        };
        let arguments = ["--no-report", "--web-dir", web.to_str().unwrap()];
        self.place.start(&arguments, &[("PATH", path.as_str())]).await
    }
}

async fn ask(system: &System, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.request(method, format!("{}{path}", system.variable("GIT_REPORT_API_URL")));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

async fn get(system: &System, path: &str) -> Response {
    ask(system, Method::GET, path, &[]).await
}

/// Waits until `/` is the built page.
async fn built(system: &System) {
    eventually("the page is served", async || (get(system, "/").await.status() == 200).then_some(())).await;
}

/// Waits until the plain page contains a text.
async fn explained(system: &System, wanted: &str) -> String {
    eventually("the page explains it", async || {
        let answer = get(system, "/").await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        Some(answer.text().await.unwrap()).filter(|text| text.contains(wanted))
    })
    .await
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn built_site_is_served_with_strict_headers_and_the_api_stays_as_it_is() {
    let web = Web::new();
    web.build();
    let system = web.start().await;
    built(&system).await;
    for path in ["/", "/app", "/app/runs/0199?status=failed"] {
        let page = get(&system, path).await;
        assert_eq!((page.status().as_u16(), header(&page, "cache-control")), (200, "no-cache"), "{path}");
        let policy = header(&page, "content-security-policy");
        assert!(policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe"), "{policy}");
        let rest = ["x-content-type-options", "referrer-policy", "cross-origin-opener-policy"];
        assert_eq!(rest.map(|name| header(&page, name)), ["nosniff", "no-referrer", "same-origin"]);
        assert_eq!(page.text().await.unwrap(), PAGE, "{path}");
    }
    let script = ask(&system, Method::GET, "/assets/app-1.js", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(header(&script, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!((header(&script, "content-encoding"), header(&script, "vary")), ("gzip", "accept-encoding"));
    assert!(script.bytes().await.unwrap().len() < 200);
    assert_eq!(header(&get(&system, "/icon.svg").await, "content-type"), "image/svg+xml");
    let head = ask(&system, Method::HEAD, "/", &[]).await;
    assert_eq!((head.status().as_u16(), head.text().await.unwrap().as_str()), (200, ""));

    let accepting = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    for (path, status) in [
        ("/health", 200),
        ("/openapi.json", 200),
        ("/config", 200),
        ("/report-runs", 401),
        ("/assets/app-2.js", 404),
        ("/assets/..%2f..%2fpackage.json", 404),
        ("/index.html", 404),
        ("/nothing", 404),
    ] {
        let answer = ask(&system, Method::GET, path, &accepting).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(header(&answer, "content-type").contains("json"), "{path}");
    }
    assert_eq!(ask(&system, Method::POST, "/", &[]).await.status(), 404);

    // A build that was made meanwhile is served at the next request.
    fs::write(web.file("web/dist/index.html"), "<!doctype html><title>second</title>").unwrap();
    eventually("the new build is served", async || {
        get(&system, "/").await.text().await.unwrap().contains("second").then_some(())
    })
    .await;
}

#[tokio::test]
async fn site_is_built_in_the_background_while_the_api_answers() {
    let web = Web::new();
    web.install("v20.19.0");
    let system = web.start().await;
    let page = explained(&system, "fetching &lt;libraries&gt;").await;
    assert!(
        page.contains("Installing") && page.contains("http-equiv=\"refresh\"") && !page.contains("<script"),
        "{page}"
    );
    assert_eq!(system.get("/report-runs/usage").await["runsUsed"], 0);
    assert_eq!(get(&system, "/assets/app-1.js").await.status(), 404);

    fs::write(web.file("web/page"), PAGE).unwrap();
    fs::write(web.file("web/go"), "").unwrap();
    built(&system).await;
    let asked = fs::read_to_string(web.file("web/asked")).unwrap();
    let asked: Vec<&str> = asked.lines().collect();
    assert!(asked.len() == 2 && asked[0].starts_with("ci --omit=dev") && asked[1] == "run build", "{asked:?}");
    drop(system);

    // The next start serves the build. One with newer sources builds again, and installs nothing.
    built(&web.start().await).await;
    assert_eq!(fs::read_to_string(web.file("web/asked")).unwrap().lines().count(), 2);
    fs::write(web.file("web/src/main.ts"), "changed").unwrap();
    built(&web.start().await).await;
    assert_eq!(fs::read_to_string(web.file("web/asked")).unwrap().lines().last(), Some("run build"));
}

#[tokio::test]
async fn failed_build_shows_its_last_lines_until_one_succeeds() {
    let web = Web::new();
    web.install("v22.1.0");
    fs::write(web.file("web/go"), "").unwrap();
    let system = web.start().await;
    let page = explained(&system, "no page: &lt;b&gt;stop&lt;/b&gt;").await;
    assert!(page.contains("npm run build: exit status: 3") && !page.contains("refresh"), "{page}");
    assert_eq!(get(&system, "/health").await.status(), 200);
    web.build();
    built(&system).await;
}

#[tokio::test]
async fn without_node_a_page_explains_how_to_get_the_dashboard() {
    let web = Web::new();
    let system = web.start().await;
    let page = explained(&system, "Node is not installed").await;
    assert!(page.contains("nodejs.org") && page.contains("/openapi.json"), "{page}");
    assert_eq!(system.get("/report-runs/usage").await["runsUsed"], 0);
    web.build();
    built(&system).await;
    drop(system);

    fs::remove_dir_all(web.file("web/dist")).unwrap();
    web.install("v20.18.1");
    explained(&web.start().await, "Node is too old (v20.18.1)").await;
}

#[tokio::test]
async fn demo_session_is_given_to_pages_of_this_machine_only() {
    let place = Place::with_repository();
    let system = place.start(&["--no-report", "--no-dashboard"], &[]).await;
    explained(&system, "--no-dashboard").await;
    let printed = system.settled().await;
    assert!(printed.contains("API          http") && !printed.contains("Dashboard    "), "{printed}");
    assert_eq!(get(&system, "/config").await.json::<Value>().await.unwrap()["sign_in"], json!({"kind": "demo"}));
    let own = system.variable("GIT_REPORT_API_URL").to_owned();
    for headers in [
        [("host", "evil.example:4000"), ("origin", "http://evil.example:4000")],
        [("host", "evil.example"), ("accept", "*/*")],
        [("origin", "https://evil.example"), ("accept", "*/*")],
        [("origin", "http://localhost:1"), ("accept", "*/*")],
        [("origin", own.as_str()), ("sec-fetch-site", "cross-site")],
    ] {
        let answer = ask(&system, Method::POST, "/demo/session", &headers).await;
        assert_eq!(answer.status(), 403, "{headers:?}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "FORBIDDEN");
        assert!(problem["request_id"].is_string() && problem.get("access_token").is_none(), "{problem}");
    }
    let session = ask(&system, Method::POST, "/demo/session", &[("origin", &own)]).await;
    assert_eq!((session.status().as_u16(), header(&session, "cache-control")), (200, "no-store"));
    let session: Value = session.json().await.unwrap();
    let (user, token) = (session["user_id"].as_str().unwrap(), session["access_token"].as_str().unwrap());
    assert!(session["expires_at"].as_str().unwrap().ends_with('Z'), "{session}");
    let with = async |token: &str, path: &str| {
        ask(&system, Method::GET, path, &[("authorization", &format!("Bearer {token}"))]).await.status().as_u16()
    };
    let account = format!("/admin/accounts/{user}");
    assert_eq!((with(token, "/report-runs").await, with(token, &account).await), (200, 403));

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = http.post(format!("{own}/demo/session")).json(&json!({"role": "admin"})).send().await.unwrap();
    let admin: Value = asked.json().await.unwrap();
    assert_eq!(with(admin["access_token"].as_str().unwrap(), &account).await, 200);
    let asked = http.post(format!("{own}/demo/session")).json(&json!({"role": "root"})).send().await.unwrap();
    assert_eq!(asked.status(), 422);
}
