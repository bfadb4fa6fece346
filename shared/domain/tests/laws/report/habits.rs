//! Synthetic histories in the habits of different projects.

use crate::digest::{commit, line};
use domain::commit::{ChangedFile, Changes, Commit};

/// Gitmoji, as characters and as codes.
pub(super) fn gitmoji() -> Vec<Commit> {
    line(&[
        "✨ Add a tide table to the pier screen",
        ":bug: Fix the lamp that never turns off",
        "♻️ Refactor the bell scheduler",
        ":lock: Stop session tokens from appearing in logs",
        "📝 Describe the mooring rules",
        "⬆️ Bump serde from 1.0.200 to 1.0.210",
        ":boom: Drop the old berth numbers",
        "🎨 Order the imports",
        "🎨 Order the imports",
    ])
}

/// `path: subject`, with numbers of pull requests.
pub(super) fn paths() -> Vec<Commit> {
    line(&[
        "net/buoy: fix a race between poll and close (#301)",
        "net/buoy: add Ping",
        "doc: mention the `--dry-run` flag",
        "cmd/harbourd: remove the unused retry loop",
        "net/buoy, cmd/harbourd: rename Berth to Slip",
        "all: update copyright years",
        "net/buoy: fix a race between poll and close (#301)\n\n(cherry picked from commit 1111111111)",
    ])
}

/// Merges of pull requests with titles, of branches, and work that is pushed alone.
pub(super) fn merges() -> Vec<Commit> {
    let mut commits = vec![
        commit(0, "Prepare the winter season", &[]),
        commit(1, "first try", &[0]),
        commit(2, "address review", &[1]),
        commit(3, "Merge pull request #71 from ada/ice\n\nAdd ice warnings to the radio feed", &[0, 2]),
        commit(4, "typo", &[3]),
        commit(5, "Merge branch 'main' into dues", &[4, 3]),
        commit(6, "round up", &[5]),
        commit(7, "Merge pull request #72 from bob/dues\n\nFix rounding of winter dues\n\nCloses #68", &[3, 6]),
        commit(8, "Fix flaky clock test", &[7]),
        commit(9, "wip", &[8]),
        commit(10, "more", &[9]),
        commit(11, "Merge pull request #73 from cleo/x\n\nRevamp the fog horn", &[8, 10]),
    ];
    commits.reverse();
    commits
}

/// Mostly bumps by bots.
pub(super) fn bumps() -> Vec<Commit> {
    let mut commits = line(&[
        "Bump actions/checkout from 3 to 4",
        "Bump tokio from 1.40.0 to 1.41.0",
        "Bump tokio from 1.41.0 to 1.42.0",
        "chore(deps): update dependency vite to v6",
        "chore(deps): update dependency eslint to v9.1.0",
        "chore(deps): lock file maintenance",
        "[pre-commit.ci] pre-commit autoupdate",
        "Bump ring from 0.17.5 to 0.17.8 [security]",
        "fix: keep the tide cache warm",
    ]);
    for commit in commits.iter_mut().skip(1) {
        commit.author.name = "harbour-updates[bot]".to_owned();
        commit.author.is_bot = true;
    }
    commits
}

/// Several scripts, with their own words for kinds.
pub(super) fn other_scripts() -> Vec<Commit> {
    let mut commits = line(&[
        "新增：码头屏幕显示潮汐表",
        "修复 夜间灯光不熄灭的问题",
        "文档：说明系泊规则",
        "Добавить экспорт портовых сборов",
        "Исправить ошибку в расписании",
        "ドキュメントを更新",
        "إضافة تحذيرات الجليد",
    ]);
    for (number, name) in [(1, "山田太郎"), (3, "Мария Иванова")] {
        commits[number].author.name = name.to_owned();
    }
    commits
}

/// Packages with their files.
pub(super) fn monorepo() -> Vec<Commit> {
    let mut commits = line(&[
        "feat(web): show the tide on the start page",
        "fix(api): answer 404 for unknown berths",
        "feat(api): list berths by length",
        "docs: explain the packages",
        "chore: tidy",
    ]);
    let files: [&[&str]; 5] = [
        &["tools/tidy.sh"],
        &["README.md", "docs/packages.md"],
        &["packages/api/src/berths.rs", "packages/api/tests/berths.rs", "Cargo.lock"],
        &["packages/api/src/errors.rs"],
        &["packages/web/src/start.tsx", "packages/web/src/tide.tsx", "packages/web/pnpm-lock.yaml"],
    ];
    for (commit, paths) in commits.iter_mut().zip(files) {
        let file = |path: &&str| ChangedFile { path: (*path).to_owned(), additions: Some(10), deletions: Some(2) };
        commit.files = paths.iter().map(file).collect();
        commit.changes = Some(Changes { additions: 10, deletions: 2, files: Some(1) });
    }
    commits
}
