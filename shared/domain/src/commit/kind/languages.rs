//! Kinds by the usual words of commits in other languages than English.

use super::named::Kind;
use super::words::is_one_of;

/// Bytes of a subject that are searched; what follows says no more of its kind.
const BYTES_MAX: usize = 300;

/// Chinese, Japanese and Korean: words anywhere, since these languages put the verb at either end. The order decides:
/// what a change is about before what is done to it, and a repair before an addition, since it can be one of an
/// addition.
const EAST_ASIAN: [(&str, Kind); 11] = [
    ("回滚 撤销 还原 撤回 回退 差し戻 巻き戻 되돌", Kind::Revert),
    ("漏洞 脆弱性 취약", Kind::Security),
    (
        "readme README 文档 文檔 说明文件 注释 自述 更新日志 变更日志 ドキュメント コメント 誤字 説明 문서 주석 오타 리드미",
        Kind::Documentation,
    ),
    ("单元测试 测试用例 单测 测试代码 添加测试 增加测试 新增测试 補充測試 测试覆盖 テスト 테스트", Kind::Tests),
    ("国际化 翻译 多语言 翻訳 多言語 번역", Kind::Translation),
    ("依赖 依賴 依存 의존성", Kind::Dependencies),
    ("发布版本 发布新版 发版 版本发布 發佈 リリース 릴리스 릴리즈", Kind::Release),
    ("修复 修復 修正 修改bug 解决 解決 纠正 避免 防止 不具合 バグ 直す 対応漏れ 버그 오류 고침", Kind::Fix),
    ("性能 高速化 성능 최적화", Kind::Performance),
    (
        "重构 重構 重命名 删除 刪除 移除 去除 去掉 清理 整理 简化 代码格式 格式化 リファクタ 削除 リネーム 変更 리팩토링 리팩터링 \
      삭제 제거 정리",
        Kind::Refactoring,
    ),
    (
        "新增 添加 增加 支持 支援 实现 實現 加入 新功能 优化 優化 改进 改善 完善 提供 引入 追加 実装 対応 추가 구현 지원 개선",
        Kind::Feature,
    ),
];

/// Beginnings of the first word in German, French, Spanish, Portuguese, Italian and Russian.
const EUROPEAN: [(&str, Kind); 10] = [
    ("откат отмен rückgängig annule annulation revertir reverte", Kind::Revert),
    ("документ dokumentation dokumentier documentação documentaç documentación", Kind::Documentation),
    ("тест prueba pruebas teste testes", Kind::Tests),
    ("перевод переведен перевед übersetz traduction traduit traduc traduç traduz tradu", Kind::Translation),
    (
        "исправ фикс почин поправ устран behebe behebt behob korrig corrig correction correç corrección corrección \
            arregl \
      réparation répare repar soluciona ripara",
        Kind::Fix,
    ),
    ("оптимиз ускор optimier optimisation optimiza otimiza", Kind::Performance),
    (
        "рефактор удал убра убир переименов перенес перенёс entfern lösch umbenenn benenne bereinig verschieb refaktor \
      supprim suppression renomm nettoy déplac elimina borra renombr refactoriz remoç remov refator refatora exclui \
      renomei",
        Kind::Refactoring,
    ),
    (
        "добав реализ поддерж улучш füge fügt hinzugefügt hinzu ergänz neue verbesser erstell implementier ajout \
            amélior \
      implément añad agreg mejor implementa adicion acrescent melhor cria aggiunt aggiung migliora",
        Kind::Feature,
    ),
    ("сборка", Kind::Build),
    ("релиз veröffentlich", Kind::Release),
];

/// The kind by words of other languages; `None` for a text in English.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let text = text.get(..text.floor_char_boundary(BYTES_MAX)).unwrap_or(text);
    if text.chars().any(is_east_asian) {
        return EAST_ASIAN
            .iter()
            .find(|(words, _)| words.split_whitespace().any(|word| text.contains(word)))
            .map(|(_, kind)| *kind);
    }
    let mut words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next()?.to_lowercase();
    let begins = |words: &str| words.split_whitespace().any(|beginning| first.starts_with(beginning));
    let row = EUROPEAN.iter().find(|(beginnings, _)| begins(beginnings));
    row.map(|(_, kind)| *kind).or_else(|| is_update_of_docs(&first, words).then_some(Kind::Documentation))
}

/// `Aktualisiere die Dokumentation`, `Mise à jour de la documentation`, `Обновить документацию`: an update says nothing
/// without what it is of.
fn is_update_of_docs<'a>(first: &str, rest: impl Iterator<Item = &'a str>) -> bool {
    let updates = ["aktualis", "actualiz", "atualiz", "aggiorn", "обнов"].iter().any(|stem| first.starts_with(stem));
    (updates || is_one_of(first, "mise mettre met màj"))
        && rest.take(8).any(|word| {
            let word = word.to_lowercase();
            ["dok", "doc", "readme", "liesmich", "док"].iter().any(|stem| word.starts_with(stem))
        })
}

/// Han, kana and hangul.
const fn is_east_asian(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}
