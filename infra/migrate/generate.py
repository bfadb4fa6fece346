"""Writes an export of an earlier system: repositories.csv, report_configurations.csv and report_runs.csv, as psql's
\\copy writes them. The same arguments give the same files. Some rows of runs are broken, each in one way; broken.txt
lists their lines. Prints the number of rows."""

import csv
import random
import sys
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

RUNS = [
    "id", "user_id", "repository_id", "report_configuration_id", "started_at", "completed_at", "status",
    "configuration_snapshot", "tokens_used", "model_used", "cost_usd", "commits_processed", "commit_range_from",
    "commit_range_to", "report_content", "report_format", "error_message", "error_code", "webhook_delivered",
    "webhook_delivery_attempts", "webhook_last_attempt_at", "webhook_response_status", "created_at", "updated_at",
]
# What breaks a row: a column and its value.
FAULTS = [
    ("user_id", "someone"), ("id", ""), ("status", "done"), ("status", "running"), ("started_at", "yesterday"),
    ("tokens_used", "-5"), ("cost_usd", "0.0000001"), ("cost_usd", "-1"), ("configuration_snapshot", "{"),
    ("webhook_response_status", "999"), ("report_format", "html"), ("completed_at", "1999-01-01 00:00:00+00"),
]
RUNS_PER_USER = 250
BROKEN_EVERY = 1_000


def instant(at):
    return at.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".") + "+00"


def run(chance, user, configuration, repository, number):
    started = datetime(2026, 6, 1, tzinfo=timezone.utc) + timedelta(hours=17 * number, microseconds=chance.randrange(10**9))
    ended = started + timedelta(milliseconds=chance.randrange(2_000, 90_000))
    status = chance.choices(["success", "failed", "cancelled"], [90, 8, 2])[0]
    is_written, tokens = status == "success", chance.randrange(800, 6_000)
    delivered = is_written and chance.random() < 0.95
    text = f'# Report "{number}"\n\n- Fixed: a value, with a comma\n- See {chance.randrange(16**40):040x}\n' + "Line.\n" * 20
    return {
        "id": uuid.UUID(int=chance.getrandbits(128), version=4), "user_id": user, "repository_id": repository,
        "report_configuration_id": configuration, "started_at": instant(started), "completed_at": instant(ended),
        "status": status, "configuration_snapshot": '{"name": "Daily, \\"main\\"", "branch": "main", "schedule": "0 9 * * *"}',
        "tokens_used": tokens if is_written else 0, "model_used": "gpt-4o-mini" if is_written else "",
        "cost_usd": f"{tokens * 27 / 10**8:.6f}" if is_written else "0.000000",
        "commits_processed": chance.randrange(0, 40), "commit_range_from": f"{chance.randrange(16**40):040x}",
        "commit_range_to": f"{chance.randrange(16**40):040x}", "report_content": text if is_written else "",
        "report_format": "markdown", "error_message": "" if is_written else "The host did not answer",
        "error_code": "" if is_written else chance.choice(["GIT_UNAVAILABLE", "E_TIMEOUT"]),
        "webhook_delivered": "t" if delivered else "f", "webhook_delivery_attempts": 1 if is_written else 0,
        "webhook_last_attempt_at": instant(ended + timedelta(seconds=2)) if is_written else "",
        "webhook_response_status": (204 if delivered else 500) if is_written else "",
        "created_at": instant(started), "updated_at": instant(ended),
    }


def main(folder, count):
    chance = random.Random(count)
    files = {name: open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") for name in
             ["repositories", "report_configurations", "report_runs"]}
    repositories = csv.writer(files["repositories"], lineterminator="\n")
    repositories.writerow(["id", "user_id", "name", "url", "access_token", "created_at"])
    configurations = csv.writer(files["report_configurations"], lineterminator="\n")
    configurations.writerow(["id", "user_id", "repository_id", "name", "branch", "schedule", "timezone", "webhook_url",
                             "enabled", "created_at"])
    runs = csv.DictWriter(files["report_runs"], RUNS, lineterminator="\n")
    runs.writeheader()
    begin, broken, line, written = "2026-05-01 00:00:00+00", [], 2, 0
    while written < count:
        user = uuid.UUID(int=chance.getrandbits(128), version=4)
        repository, of_user = uuid.UUID(int=chance.getrandbits(128), version=4), []
        repositories.writerow([repository, user, "", f"https://github.com/acme/shop-{written}", "ghp_x", begin])
        for number in range(2):
            of_user.append(uuid.UUID(int=chance.getrandbits(128), version=4))
            configurations.writerow([of_user[-1], user, repository, f"Report {number}", "main", "0 9 * * *", "UTC",
                                     "https://example.com/hook", "t", begin])
        for number in range(min(RUNS_PER_USER, count - written)):
            row = run(chance, user, of_user[number % 2], repository, number)
            if written % BROKEN_EVERY == 7:
                column, value = FAULTS[len(broken) % len(FAULTS)]
                row[column] = value
                broken.append(f"{line}\t{column}")
            runs.writerow(row)
            line += 1 + str(row["report_content"]).count("\n")
            written += 1
    for file in files.values():
        file.close()
    (folder / "broken.txt").write_text("".join(place + "\n" for place in broken))
    print(f"rows of runs: {written}, broken: {len(broken)}")


main(Path(sys.argv[1]), int(sys.argv[2]))
