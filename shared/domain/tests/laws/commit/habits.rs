//! Kinds by the words that people write: after paths, in the imperative or another form, and in other languages.

use super::commit;
use domain::commit::{Kind, Rule, Subject};

fn assert_rule(rule: Rule, rows: &[(Kind, &[&str])]) {
    for (expected, subjects) in rows {
        for text in *subjects {
            let commit = commit(text);
            let subject = Subject::of(&commit);
            assert_eq!((subject.kind, subject.rule), (*expected, rule), "{text}");
        }
    }
}

#[test]
fn first_word_decides_in_every_form() {
    assert_rule(
        Rule::FirstWord,
        &[
            (Kind::Fix, &["Fix a", "fixes a", "Fixed a", "Fixing a", "Stopped a", "stopping a", "Verified a"]),
            (
                Kind::Fix,
                &[
                    "Handle zzz",
                    "Ensure zzz",
                    "Don't zzz",
                    "Do not zzz",
                    "Make sure zzz",
                    "Always zzz",
                    "Work around zzz",
                ],
            ),
            (
                Kind::Fix,
                &["Skip zzz", "Ignore zzz", "Check zzz", "Return zzz", "Reject zzz", "Validate zzz", "Retry zzz"],
            ),
            (
                Kind::Feature,
                &["Add zzz", "Implemented zzz", "Supporting zzz", "Allow zzz", "Expose zzz", "Improve zzz", "Log zzz"],
            ),
            (Kind::Feature, &["Make zzz configurable", "Also add zzz", "Try to add zzz", "New zzz"]),
            (
                Kind::Refactoring,
                &["Use a instead of b", "Switch to a", "Migrate a", "Converting a", "Replaced a", "Make a b"],
            ),
            (
                Kind::Refactoring,
                &["Remove zzz", "Dropped zzz", "Delete an obsolete flag", "Rename a to b", "Stop using a"],
            ),
            (
                Kind::Performance,
                &["Optimize zzz", "Cache zzz", "Reduce memory of zzz", "Improve the latency", "Make zzz faster"],
            ),
            (Kind::Documentation, &["Document zzz", "Typo in zzz", "Clarify zzz", "Changelog for 2.0", "README"]),
            (Kind::Tests, &["Test a leap day", "Testing zzz", "Cover zzz"]),
            (Kind::Revert, &["Revert \"Add zzz\"", "Reverts zzz", "Reverted zzz", "Undo zzz"]),
            (Kind::Build, &["CI on two runners", "Build on stable"]),
            (Kind::Chore, &["Prepare the next one", "Silence zzz", "Regenerate zzz", "Merge branch 'a' into b"]),
        ],
    );
}

#[test]
fn topic_of_a_general_verb_decides() {
    assert_rule(
        Rule::FirstWord,
        &[
            (
                Kind::Documentation,
                &["Fix typo in the parser", "Add zzz to the README", "Update docs", "Remove an outdated comment"],
            ),
            (Kind::Tests, &["Add tests for zzz", "Fix a flaky test", "Extend the coverage of zzz", "Update snapshots"]),
            (Kind::Build, &["Fix CI", "Add GitHub Actions", "Update the Dockerfile", "Enable GitLab CI"]),
            (Kind::Refactoring, &["Fix lints", "Apply clippy suggestions", "Run rustfmt", "Fix formatting of zzz"]),
            (Kind::Translation, &["Update translations", "Add a German translation"]),
            (Kind::Chore, &["Update the copyright year", "Fix the license", "Add zzz-log .gitignore"]),
        ],
    );
    // What is behind a preposition is not what a fix is of.
    assert_rule(Rule::FirstWord, &[(Kind::Fix, &["Fix a crash in the test runner", "Fix zzz when CI is unset"])]);
}

#[test]
fn first_word_after_a_path_or_component_decides() {
    assert_rule(
        Rule::PathPrefix,
        &[
            (
                Kind::Fix,
                &[
                    "net/http: fix a data race",
                    "x86/mm: Don't zzz",
                    "zzz - fix zzz",
                    "cmd/{a,b}: avoid zzz",
                    "zzz.c: Reject zzz",
                ],
            ),
            (Kind::Feature, &["zzz: Add zzz", "zzz, aaa/bbb: support zzz", "api!: add zzz"]),
            (Kind::Documentation, &["docs/guide: add zzz", "zzz: document zzz", "internal/zzz/README.md: fix zzz"]),
            (Kind::Build, &[".github/workflows: fix zzz", "tools/zzz.cmake: add zzz"]),
            (Kind::Tests, &["test/zzz: fix zzz", "zzz_test.go: add zzz"]),
        ],
    );
    assert_rule(
        Rule::FirstWord,
        &[(Kind::Fix, &["the parser: fix a data race", "Fix zzz: a sum was lost", "[api] fix zzz", "(api) fix zzz"])],
    );
    assert_rule(Rule::None, &[(Kind::Other, &["zzz: zzz", "[core] zzz", "the zzz: zzz", "http://zzz.example: zzz"])]);
}

#[test]
fn word_anywhere_decides_if_the_first_says_nothing() {
    assert_rule(
        Rule::AnyWord,
        &[
            (Kind::Fix, &["Zzz throws an exception", "Memory leak in zzz", "Zzz is wrong"]),
            (Kind::Tests, &["Zzz tests"]),
            (Kind::Feature, &["Zzz support"]),
            (Kind::Performance, &["Faster zzz"]),
            (Kind::Documentation, &["Zzz documentation"]),
        ],
    );
    assert_rule(Rule::None, &[(Kind::Other, &["Update the colours", "Zzz", "…", "`add` zzz", "Change zzz", "Thing"])]);
}

#[test]
fn noun_at_the_beginning_is_no_verb() {
    assert_rule(
        Rule::None,
        &[(
            Kind::Other,
            &[
                "address review comments",
                "Fix review comments",
                "Address PR feedback",
                "Address comments",
                "Apply suggestions from code review",
                "Document viewer for large PDFs",
                "Documents can be uploaded",
                "Comments can be edited",
                "Comment thread on a map",
                "Build invoice PDF",
                "Revert button in editor",
                "Undo/redo in editor",
                "Undo and redo in editor",
                "Undo stack in editor",
                "Speed limit signs on map",
                "Speed is shown in knots",
                "Release date of movies is shown",
                "Address book import",
                "Types are exported",
                "Back out of the dialog on Escape",
            ],
        )],
    );
    assert_rule(Rule::AnyWord, &[(Kind::Fix, &["Document viewer crashes on large PDFs"])]);
}

#[test]
fn verb_that_is_also_a_noun_stays_a_verb() {
    assert_rule(
        Rule::FirstWord,
        &[
            (Kind::Documentation, &["Document the API", "Fix comments", "Comment out zzz", "Release notes for 1.2"]),
            (Kind::Feature, &["Add comment form", "Add a comment thread"]),
            (Kind::Fix, &["Fix review page", "Fix is not a function", "Address zzz"]),
            (Kind::Build, &["Build with cargo", "Build", "Build arm64 wheels", "Build the docs", "Build and push"]),
            (Kind::Build, &["Build is broken", "Build Windows installer", "Build for zzz"]),
            (Kind::Performance, &["Speed up zzz", "Speed zzz up"]),
            (
                Kind::Revert,
                &[
                    "Revert \"zzz\"",
                    "Revert zzz button",
                    "Revert button to the old style",
                    "Backed out changeset abc123 (bug 123) for failures",
                    "Back out \"Foo bar\"",
                    "Backout zzz",
                ],
            ),
            (
                Kind::Chore,
                &["[pre-commit.ci] auto fixes from pre-commit.com hooks", "[pre-commit.ci] pre-commit autoupdate"],
            ),
        ],
    );
}

#[test]
fn usual_words_of_other_languages_decide() {
    assert_rule(
        Rule::OtherLanguage,
        &[
            (
                Kind::Fix,
                &[
                    "修复登录失败",
                    "解决空指针",
                    "ログインのバグを修正",
                    "버그 수정",
                    "Исправлена ошибка",
                    "Исправить вход",
                ],
            ),
            (
                Kind::Fix,
                &[
                    "Behebe einen Absturz",
                    "Corrige le calcul",
                    "Corrección del cálculo",
                    "Arregla el inicio",
                    "Correção do cálculo",
                ],
            ),
            (
                Kind::Feature,
                &["新增用户管理", "添加缓存", "检索機能を追加", "검색 기능 추가", "Добавлен поиск", "Füge Tags hinzu"],
            ),
            (
                Kind::Feature,
                &["Ajoute la recherche", "Añade la búsqueda", "Adiciona a busca", "Aggiunta la ricerca", "优化首页"],
            ),
        ],
    );
}

#[test]
fn words_of_other_languages_name_the_other_kinds() {
    assert_rule(
        Rule::OtherLanguage,
        &[
            (
                Kind::Refactoring,
                &[
                    "重构用户模块",
                    "删除无用代码",
                    "不要なコードを削除",
                    "리팩토링",
                    "Удалён старый код",
                    "Entferne alten Code",
                ],
            ),
            (Kind::Refactoring, &["Supprime le vieux code", "Elimina código viejo", "Refatora o módulo"]),
            (
                Kind::Documentation,
                &["更新文档", "ドキュメントを追加", "문서 수정", "Документация", "Aktualisiere die Dokumentation"],
            ),
            (Kind::Documentation, &["Mise à jour de la documentation", "Обновлена документация"]),
            (Kind::Tests, &["添加测试", "テストを追加", "테스트 추가", "Тесты для входа"]),
            (Kind::Performance, &["性能提升", "Ускорен поиск"]),
            (Kind::Revert, &["回滚上次提交", "Откат изменений"]),
            (Kind::Translation, &["更新翻译", "번역 추가", "Übersetzung ergänzt"]),
        ],
    );
}
