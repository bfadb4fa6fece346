/** The time zones that a user can choose, and how they are found. */

/**
 * Names of the IANA database that `Intl.supportedValuesOf` leaves out, though browsers and the API know them: UTC, and the
 * present names of zones that browsers list by an older one.
 */
const ADDED = [
  'UTC', 'Africa/Asmara', 'America/Argentina/Buenos_Aires', 'America/Argentina/Catamarca', 'America/Argentina/Cordoba',
  'America/Argentina/Jujuy', 'America/Argentina/Mendoza', 'America/Atikokan', 'America/Indiana/Indianapolis',
  'America/Kentucky/Louisville', 'America/Nuuk', 'Asia/Ho_Chi_Minh', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Yangon',
  'Atlantic/Faroe', 'Europe/Kyiv', 'Pacific/Chuuk', 'Pacific/Kanton', 'Pacific/Pohnpei',
  // The sign of these is that of POSIX: `Etc/GMT+5` is five hours behind UTC.
  ...Array.from({ length: 12 }, (_, index) => `Etc/GMT+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `Etc/GMT-${index + 1}`),
];

export interface Zone {
  name: string;
  /** `UTC+05:30` at the instant that it was computed for. */
  offset: string;
}

/** Whether this browser knows a zone of this name. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

let names: readonly string[] | null = null;

/** UTC first, then every zone by name. */
export function zoneNames(): readonly string[] {
  if (names === null) {
    const listed = Intl.supportedValuesOf?.('timeZone') ?? [];
    const all = new Set([...listed, ...ADDED.filter((name) => isZone(name))]);
    all.delete('UTC');
    names = ['UTC', ...[...all].sort((a, b) => a.localeCompare(b))];
  }
  return names;
}

/** `UTC+05:30`, `UTC−08:00`, `UTC`. */
export function zoneOffset(name: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'longOffset' }).formatToParts(at);
  const text = (parts.find((part) => part.type === 'timeZoneName')?.value ?? '').replace('GMT', '').replace('-', '−');
  // Engines differ in how they write no offset.
  return /^[+−]?0?0(:00)?$/.test(text) ? 'UTC' : `UTC${text}`;
}

const offsets = new Map<string, string>();
let offsetsDay = '';

/** The offset at about this time: computed once a day, since 450 formatters take a moment. */
function knownOffset(name: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  if (day !== offsetsDay) {
    offsets.clear();
    offsetsDay = day;
  }
  let offset = offsets.get(name);
  if (offset === undefined) {
    offset = zoneOffset(name, now);
    offsets.set(name, offset);
  }
  return offset;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll('−', '-').replace(/[\s_/]+/g, ' ').trim();
}

/**
 * The zones that match a text: by name (`new york`, `kolkata`) or by offset (`+5:30`, `utc-8`). A name that the list lacks, but
 * this browser knows (`US/Eastern`), is found by its whole spelling. An empty text matches all.
 */
export function findZones(text: string, now: number): Zone[] {
  const wanted = plain(text);
  const zone = (name: string): Zone => ({ name, offset: knownOffset(name, now) });
  if (wanted === '') return zoneNames().map(zone);
  const offset = /^(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?$/.exec(wanted);
  if (offset !== null) {
    const [, sign, hours = '', minutes = '00'] = offset;
    const isNone = Number(hours) === 0 && minutes === '00';
    const searched = isNone ? 'UTC' : `UTC${sign === '-' ? '−' : '+'}${hours.padStart(2, '0')}:${minutes}`;
    return zoneNames().map(zone).filter((each) => each.offset === searched);
  }
  const ranked: [rank: number, name: string][] = [];
  for (const name of zoneNames()) {
    const words = plain(name);
    if (words === wanted) ranked.push([0, name]);
    else if (words.split(' ').some((_, index, all) => all.slice(index).join(' ').startsWith(wanted))) ranked.push([1, name]);
    else if (words.includes(wanted)) ranked.push([2, name]);
  }
  const exact = text.trim();
  if (ranked.every(([, name]) => name.toLowerCase() !== exact.toLowerCase()) && isZone(exact)) ranked.push([0, exact]);
  return ranked.sort((a, b) => a[0] - b[0]).map(([, name]) => zone(name));
}
