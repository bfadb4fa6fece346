"""Compares the schedules with independent libraries: the time zones with PyPI `tzdata`, the fires with PyPI `cronsim`.

    check.py zones PROGRAM     every clock change of every time zone in the coming three years
    check.py fires PROGRAM     the fires of random expressions in all time zones, most of them near a clock change

PROGRAM is the example `fires` of the crate `domain`. Variables: SEED and EXPRESSIONS (fires), YEARS (zones).
"""

import os
import random
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

import tzdata
from cronsim import CronSim

# Only the package is used: the database of this machine may be older.
reset_tzpath([])

UTC = timezone.utc
# Names that only one side has: the zone of a machine without a configuration, and links to the machine's own zone.
NO_ZONES = {"Factory", "localtime", "posixrules"}
FIRES = 8
SHOWN_MAX = 20


def instant(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def parsed(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def offset(zone, moment):
    return int(moment.astimezone(zone).utcoffset().total_seconds())


def changes(zone, start, end):
    """The instants at which the offset from UTC changes, found by bisection between two times whose offsets differ."""
    found, step = [], timedelta(hours=3)
    moment = start
    while moment < end:
        following = moment + step
        if offset(zone, moment) != offset(zone, following):
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            found.append((high, offset(zone, high)))
        moment = following
    return [change for change in found if change[0] < end]


def ours(program, start, end):
    answer = subprocess.run([program, "zones", instant(start), instant(end)], check=True, capture_output=True, text=True)
    zones = defaultdict(list)
    for line in answer.stdout.splitlines():
        name, moment, seconds = line.split("\t")
        # A change of the abbreviation only ("CST" to "EST") is not a clock change.
        if not zones[name] or zones[name][-1][1] != int(seconds):
            zones[name].append((parsed(moment), int(seconds)))
    return zones


def check_zones(program):
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    end = start + timedelta(days=round(365.25 * int(os.environ.get("YEARS", "3"))))
    known = ours(program, start, end)
    names = available_timezones() - NO_ZONES
    wrong = [f"only in tzdata: {name}" for name in sorted(names - known.keys())]
    wrong += [f"not in tzdata: {name}" for name in sorted(known.keys() - names)]
    count = 0
    for name in sorted(names & known.keys()):
        zone = ZoneInfo(name)
        expected = [(start, offset(zone, start)), *changes(zone, start, end)]
        count += len(expected) - 1
        if expected != known[name]:
            theirs = [(instant(moment), seconds) for moment, seconds in expected]
            mine = [(instant(moment), seconds) for moment, seconds in known[name]]
            wrong.append(f"{name}: tzdata has {theirs}, the build has {mine}")
    report(wrong, f"{len(names)} zones and {count} changes until {end:%Y-%m} as in tzdata {tzdata.IANA_VERSION}")


def field(chance, low, high, stars):
    """A field as people write it, in the forms that both sides support."""
    kind = chance.random()
    value = chance.randint(low, high)
    if kind < stars:
        return "*"
    if kind < stars + 0.25:
        return str(value)
    if kind < stars + 0.45:
        return ",".join(str(chance.randint(low, high)) for _ in range(chance.randint(2, 4)))
    first, last = sorted((value, chance.randint(low, high)))
    if kind < stars + 0.6 or last - first < 2:
        return f"{first}-{last}"
    if kind < stars + 0.75:
        return f"{first}-{last}/{chance.randint(1, last - first)}"
    return f"*/{chance.randint(1, high - low)}"


def day_of_month(chance):
    return chance.choice(["L", "LW", "1-7", "1,15"]) if chance.random() < 0.15 else field(chance, 1, 31, 0.5)


def day_of_week(chance):
    kind = chance.random()
    if kind < 0.1:
        return f"{chance.randint(0, 7)}#{chance.randint(1, 5)}"
    if kind < 0.2:
        return f"{chance.randint(0, 7)}L"
    if kind < 0.3:
        return chance.choice(["MON-FRI", "SUN", "1-5", "5-7", "0,6", "7"])
    return field(chance, 0, 6, 0.5)


def expression(chance):
    # Half of the hours are those at which clock changes happen.
    hour = field(chance, 0, 23, 0.3) if chance.random() < 0.5 else field(chance, 0, 4, 0.2)
    return " ".join([field(chance, 0, 59, 0.2), hour, day_of_month(chance), field(chance, 1, 12, 0.8), day_of_week(chance)])


def by_minutes(cron, zone, after, count):
    """The fires of an interval, minute by minute: the result that every library should have."""
    sim = CronSim(cron, datetime(2026, 1, 1))
    moment = after.replace(second=0, microsecond=0)
    found = []
    while len(found) < count and moment - after < timedelta(days=3):
        moment += timedelta(minutes=1)
        local = moment.astimezone(zone)
        if (local.minute in sim.minutes and local.hour in sim.hours and local.month in sim.months
                and sim.match_day(local.date())):
            found.append(instant(moment))
    return found


def expected(cron, zone, after, count):
    """cronsim's fires after an instant. It returns the same instant once for each skipped time; here that is one fire."""
    found = []
    # A fixed time of the day before may be made up for after this instant, so the search begins two days earlier.
    for fire in CronSim(cron, (after - timedelta(days=2)).astimezone(zone)):
        moment = instant(fire)
        if fire.astimezone(UTC) > after and (not found or found[-1] < moment):
            found.append(moment)
        if len(found) == count:
            return found
    return found


def questions(chance, count):
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    zones = sorted(available_timezones() - NO_ZONES)
    moments = {name: changes(ZoneInfo(name), start, end) for name in zones}
    changing = [name for name in zones if moments[name]]
    for number in range(count):
        # Every time zone once, then only those with clock changes.
        name = zones[number] if number < len(zones) else chance.choice(changing)
        if moments[name] and chance.random() < 0.8:
            after = chance.choice(moments[name])[0] - timedelta(minutes=chance.randint(-180, 2 * 1440))
        else:
            after = start + timedelta(minutes=chance.randint(0, 4 * 525_960))
        yield expression(chance), name, after


def check_fires(program):
    seed = int(os.environ.get("SEED", "1"))
    asked = list(questions(random.Random(seed), int(os.environ.get("EXPRESSIONS", "4000"))))
    lines = "".join(f"{cron}\t{name}\t{instant(after)}\t{FIRES}\n" for cron, name, after in asked)
    answer = subprocess.run([program, "fires"], input=lines, check=True, capture_output=True, text=True)
    wrong, refused, compared = [], 0, 0
    for (cron, name, after), mine in zip(asked, answer.stdout.splitlines(), strict=True):
        if mine.startswith("!"):
            refused += "never fires" in mine
            if "never fires" not in mine:
                wrong.append(f"{cron}: refused: {mine}")
            continue
        compared += 1
        zone, fires = ZoneInfo(name), mine.split()
        theirs = expected(cron, zone, after, FIRES)
        if fires == theirs:
            continue
        minute, hour = cron.split()[:2]
        if minute.startswith("*") or hour.startswith("*"):
            # cronsim is wrong if a day begins in a gap; then the fires minute by minute decide.
            near = by_minutes(cron, zone, after, FIRES)
            if near == fires[:len(near)] and (len(near) == FIRES or near):
                continue
        wrong.append(f"{cron} in {name} after {instant(after)}:\n  cronsim {theirs}\n  ours    {fires}")
    report(wrong, f"{compared} expressions fire as in cronsim, {refused} never fire (seed {seed})")


def report(wrong, right):
    for line in wrong[:SHOWN_MAX]:
        print(line)
    if wrong:
        sys.exit(f"{len(wrong)} differences")
    print(right)


if __name__ == "__main__":
    {"zones": check_zones, "fires": check_fires}[sys.argv[1]](sys.argv[2])
