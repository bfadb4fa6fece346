//! Types and scopes of Conventional Commits, and what people write in their place.

use super::named::Kind;
use super::words::is_one_of;

/// The types of a kind, in small letters. Sources: <https://www.conventionalcommits.org>,
/// <https://github.com/angular/angular/blob/main/contributing-docs/commit-message-guidelines.md>,
/// <https://keepachangelog.com>, and the same words in other forms.
const TYPES: [(&str, Kind); 13] = [
    ("security sec vuln vulnerability", Kind::Security),
    (
        "feat feats feature features new add added enhancement enhancements enhance improvement improvements improve \
      improved imp",
        Kind::Feature,
    ),
    ("fix fixes fixed bug bugs bugfix bugfixes hotfix hotfixes regression", Kind::Fix),
    ("perf performance optimization optimisation optimize optimise", Kind::Performance),
    (
        "refactor refactoring refactors refac ref style styles cleanup clean-up clean format formatting fmt lint \
            linting \
      types typing remove removed deprecate deprecated rename move simplify",
        Kind::Refactoring,
    ),
    (
        "doc docs documentation readme changelog comment comments typo typos jsdoc javadoc docstring docstrings \
      example examples",
        Kind::Documentation,
    ),
    ("test tests testing e2e unittest unittests bench benches benchmark benchmarks", Kind::Tests),
    ("dep deps dependency dependencies deps-dev dev-deps bump upgrade vendor lockfile", Kind::Dependencies),
    (
        "build builds ci cd ci/cd cicd ci-cd docker dockerfile makefile cmake workflow workflows gha pipeline \
            pipelines",
        Kind::Build,
    ),
    ("i18n l10n translation translations locale locales", Kind::Translation),
    ("release releases version", Kind::Release),
    ("revert reverts reverted rollback", Kind::Revert),
    ("chore chores housekeeping maint maintenance tooling", Kind::Chore),
];

/// The same in Chinese, Japanese and Korean.
const EAST_ASIAN_TYPES: [(&str, Kind); 11] = [
    (
        "新增 添加 增加 新功能 功能 特性 新特性 优化 優化 改进 改善 支持 実装 追加 機能追加 新機能 改善 추가 기능 개선",
        Kind::Feature,
    ),
    (
        "修复 修復 修正 修复bug 修复问题 bug修复 问题修复 缺陷修复 解决 バグ修正 不具合修正 수정 버그수정 버그",
        Kind::Fix,
    ),
    ("性能 性能优化 性能改善 성능", Kind::Performance),
    (
        "重构 重構 样式 格式 格式化 清理 删除 刪除 移除 代码优化 リファクタ リファクタリング 削除 리팩토링 리팩터링 삭제",
        Kind::Refactoring,
    ),
    ("文档 文檔 注释 ドキュメント 문서", Kind::Documentation),
    ("测试 測試 单元测试 テスト 테스트", Kind::Tests),
    ("依赖 依賴 依存 의존성", Kind::Dependencies),
    ("构建 構建 编译 部署 ビルド 빌드", Kind::Build),
    ("翻译 翻譯 国际化 翻訳 번역", Kind::Translation),
    ("发布 發佈 版本 リリース 릴리스", Kind::Release),
    ("回滚 回退 撤销 还原 差し戻し", Kind::Revert),
];

/// Types that say nothing of the kind: the words decide.
const UNSPECIFIC: &str = "wip draft misc other change changes changed update updates updated patch task minor \
    trivial nit 更新 调整 修改 其他 任务 変更";

/// Scopes that state the kind of a change better than the types `fix` and `chore`, which they are used with.
const SCOPES: [(&str, Kind); 6] = [
    ("doc docs documentation readme changelog", Kind::Documentation),
    ("test tests testing e2e", Kind::Tests),
    ("ci cd build gha workflow workflows github-actions", Kind::Build),
    ("i18n l10n translation translations locale locales", Kind::Translation),
    ("lint linting style format", Kind::Refactoring),
    ("release releases version", Kind::Release),
];

const DEPENDENCIES: &str = "dep deps dependency dependencies deps-dev dev-deps deps-peer";
const SECURITY: &str = "security sec";

/// What a type states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Of(Kind),
    /// It is a type, and says nothing of the kind.
    Unspecific,
}

/// The meaning of a type, in any capitals; `None` for any other word.
pub(super) fn meaning(word: &str) -> Option<Type> {
    if word.len() > 20 {
        return None;
    }
    let word = word.to_ascii_lowercase();
    if is_one_of(&word, UNSPECIFIC) {
        return Some(Type::Unspecific);
    }
    in_table(&word, &TYPES).or_else(|| in_table(&word, &EAST_ASIAN_TYPES)).map(Type::Of)
}

/// The kind of a type with its scopes: the scope `deps` is about dependencies whatever the type, and `fix(ci)` fixes
/// nothing in the product.
pub(super) fn by_scope(kind: Kind, scopes: &[&str]) -> Kind {
    if have_part(scopes, DEPENDENCIES) {
        return Kind::Dependencies;
    }
    match kind {
        Kind::Feature | Kind::Fix | Kind::Chore | Kind::Build if have_part(scopes, SECURITY) => Kind::Security,
        Kind::Fix | Kind::Chore => {
            scopes.iter().find_map(|scope| in_table(&scope.to_ascii_lowercase(), &SCOPES)).unwrap_or(kind)
        }
        _ => kind,
    }
}

/// The kind that scopes state without a type: `[deps] …`, `(security) …`.
pub(super) fn of_scope_alone(scopes: &[&str]) -> Option<Kind> {
    match () {
        () if have_part(scopes, DEPENDENCIES) => Some(Kind::Dependencies),
        () if have_part(scopes, SECURITY) => Some(Kind::Security),
        () => None,
    }
}

fn in_table(word: &str, table: &[(&str, Kind)]) -> Option<Kind> {
    table.iter().find(|(words, _)| is_one_of(word, words)).map(|(_, kind)| *kind)
}

/// Whether one of several scopes, or a part of one, is in a list: `deps, api`.
fn have_part(scopes: &[&str], list: &str) -> bool {
    let mut parts = scopes.iter().flat_map(|scope| scope.split([',', '/', ' ', '+', '|']));
    parts.any(|part| is_one_of(&part.to_ascii_lowercase(), list))
}
