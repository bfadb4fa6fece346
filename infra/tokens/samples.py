"""Texts to count: prompts and diffs of real histories, and generated ones of every form."""

import base64
import json
import random
import string
import subprocess
import uuid
from pathlib import Path

SMALL = string.ascii_lowercase
DIFFS = 60
SENTENCES = {
    "german": "Die Anmeldung schlägt nicht mehr fehl, wenn die Sitzung abgelaufen ist; Abhängigkeiten aktualisiert. ",
    "french": "Correction d’un problème où l’utilisateur ne pouvait pas télécharger les rapports après la mise à jour. ",
    "polish": "Naprawiono błąd, przez który raporty nie były wysyłane zgodnie z harmonogramem. ",
    "vietnamese": "Đã sửa lỗi báo cáo không được gửi đúng lịch và cập nhật các phụ thuộc. ",
    "russian": "Исправлена ошибка, из-за которой отчёты не отправлялись по расписанию; обновлены зависимости. ",
    "greek": "Διορθώθηκε το σφάλμα κατά την αποστολή αναφορών. ",
    "chinese": "修复了报告无法按计划发送的问题；更新依赖并添加签名检查。",
    "japanese": "レポートがスケジュールどおりに送信されない問題を修正し、依存関係を更新しました。",
    "korean": "보고서가 일정에 따라 전송되지 않는 문제를 수정하고 의존성을 업데이트했습니다. ",
    "arabic": "تم إصلاح مشكلة عدم إرسال التقارير في الموعد المحدد وتحديث التبعيات. ",
    "hebrew": "תוקנה תקלה שבה דוחות לא נשלחו לפי לוח הזמנים. ",
    "thai": "แก้ไขปัญหาที่รายงานไม่ถูกส่งตามกำหนดเวลา ",
    "hindi": "रिपोर्ट निर्धारित समय पर नहीं भेजे जाने की समस्या को ठीक किया गया। ",
}


def git(folder, *arguments):
    answer = subprocess.run(["git", "-C", folder, *arguments], check=True, stdout=subprocess.PIPE)
    return answer.stdout.decode("utf-8", "replace")


def histories(place):
    """(name, lines of JSON) of a folder of histories, or of a git repository."""
    place = Path(place)
    files = sorted(place.glob("*.jsonl"))
    if files:
        return [(file.stem, file.read_text()) for file in files]
    form = "%H%x1f%P%x1f%an%x1f%cI%x1f%B%x1e"
    lines = []
    for record in git(place, "log", "-3000", f"--format={form}").split("\x1e"):
        if "\x1f" not in record:
            continue
        sha, parents, name, at, message = record.strip("\n").split("\x1f", 4)
        commit = {"sha": sha, "parents": parents.split(), "author": {"name": name}, "committer": {"at": at}}
        lines.append(json.dumps({**commit, "message": message, "files": []}))
    return [(place.resolve().name, "\n".join(lines))]


def diffs(place):
    if list(Path(place).glob("*.jsonl")):
        return []
    ids = git(place, "log", "--no-merges", "--format=%H", "-1000").split()
    chosen = ids[:: max(1, len(ids) // DIFFS)]
    return [("diff", git(place, "show", "--format=%s%n%b", sha)[:20_000]) for sha in chosen]


def generated(seed, rounds):
    """(form, text), of several lengths each."""
    chance = random.Random(seed)

    def some(count, letters, length, between=" "):
        return between.join("".join(chance.choices(letters, k=chance.randint(*length))) for _ in range(count))

    def span(first, last, count):
        return "".join(chr(chance.randint(first, last)) for _ in range(count))

    texts = [(f"language:{name}", text * times) for name, text in SENTENCES.items() for times in (1, 20)]
    for _ in range(rounds):
        n = chance.choice([1, 3, 30, 300, 1500])
        number = lambda most: chance.randint(0, most)
        version = lambda: f"{number(30)}.{number(99)}.{number(9)}"
        sha = lambda: some(1, "0123456789abcdef", (40, 40))
        texts += {
            "hash": some(n, "0123456789abcdef", (40, 40), "\n"),
            "sha256": some(n, "0123456789abcdef", (64, 64)),
            "short": some(n, "0123456789abcdef", (7, 7)),
            "uuid": "\n".join(str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(n)),
            "url": "\n".join(f"https://example.com/{some(2, SMALL, (3, 9), '/')}/commit/{sha()}" for _ in range(n)),
            "base64": base64.b64encode(chance.randbytes(n * 30)).decode(),
            "version": "\n".join(f"bump {some(1, SMALL, (3, 10))} from {version()} to {version()}" for _ in range(n)),
            "digits": some(n, string.digits, (1, 20)),
            "han": span(0x4E00, 0x9FFF, n * 3),
            "kana": span(0x3041, 0x30FF, n * 3),
            "hangul": span(0xAC00, 0xD7A3, n * 3),
            "chinese": "".join(chance.choices(SENTENCES["chinese"], k=n * 5)),
            "cyrillic": some(n, "абвгдежзийклмнопрстуфхцчшщъыьэюя", (1, 10)),
            "greek": some(n, "αβγδεζηθικλμνξοπρστυφχψω", (1, 10)),
            "arabic": some(n, "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", (1, 9)),
            "hebrew": some(n, "אבגדהוזחטיכלמנסעפצקרשת", (1, 9)),
            "thai": span(0xE01, 0xE3A, n * 3),
            "hindi": some(n, [chr(code) for code in range(0x905, 0x94D)], (1, 8)),
            "emoji": span(0x1F300, 0x1F64F, n) + span(0x1F900, 0x1F9FF, n),
            "joined emoji": "👩‍👩‍👧‍👦🏳️‍🌈👍🏽" * n,
            "latin": some(n, "aeioubcdlmnrstäöüßéèêçñåøœžščřýě", (2, 11)),
            "small": some(n, SMALL, (1, 14)),
            "one word": some(1, SMALL, (n * 3, n * 3)),
            "capitals": some(n, SMALL.upper(), (1, 14)),
            "mixed": some(n, string.ascii_letters, (1, 20)),
            "letters and digits": some(n, string.ascii_letters + string.digits, (1, 40)),
            "camel": "".join(some(1, SMALL, (2, 8)).capitalize() for _ in range(n)),
            "snake": some(n * 2, SMALL, (2, 8), "_"),
            "single letters": " ".join(chance.choices(SMALL, k=n * 2)),
            "ascii": span(32, 126, n * 10),
            "marks": some(1, string.punctuation, (n * 6, n * 6)),
            "control": span(0, 31, n * 3),
            "spaces": some(1, " \n\t", (n * 5, n * 5)),
            "blank": " " * n * 9,
            "lines": "\n" * n + "x\r\n" * n,
            "rules": "".join(chance.choice("-=*#/~_.+") * chance.randint(3, 90) + chance.choice([" ", "\n"]) for _ in range(n)),
            "indented": "".join(" " * number(40) + some(1, SMALL, (1, 8)) + "\n" for _ in range(n)),
            "tabs": "".join("\t" * number(6) + chance.choice(["return", "if", "x", "}", "end"]) + "\n" for _ in range(n)),
            "table": "| a | 1 | - |\n" * n,
            "json": json.dumps({some(1, SMALL, (2, 8)): number(9999) for _ in range(n)}),
            "any": "".join(chr(chance.choice([chance.randint(32, 0x7FF), chance.randint(32, 0xD7FF), chance.randint(0xE000, 0x1FFFF)])) for _ in range(n * 3)),
            "supplementary": span(0x10000, 0x2FFFF, n),
        }.items()
    return texts
