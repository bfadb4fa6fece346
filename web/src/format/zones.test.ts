import { describe, expect, it } from 'vitest';
import { findZones, isZone, zoneNames, zoneOffset } from './zones';

const now = Date.parse('2026-11-21T14:20:00.000Z');
const found = (text: string) => findZones(text, now).map((zone) => zone.name);

describe('zones', () => {
  it('lists_utc_first_and_the_names_that_browsers_leave_out', () => {
    const names = zoneNames();
    expect(names[0]).toBe('UTC');
    for (const name of ['Asia/Kolkata', 'Europe/Kyiv', 'Asia/Kathmandu', 'Etc/GMT+5', 'Europe/Berlin']) expect(names).toContain(name);
    expect(new Set(names).size).toBe(names.length);
  });
  it('finds_a_zone_by_a_word_of_its_name', () => {
    expect(found('new york')).toEqual(['America/New_York']);
    expect(found('berl')).toEqual(['Europe/Berlin']);
    expect(found('kolk')).toEqual(['Asia/Kolkata']);
    expect(found('utc')[0]).toBe('UTC');
  });
  it('finds_zones_by_offset', () => {
    expect(found('+5:30')).toContain('Asia/Kolkata');
    expect(found('utc-8')).toContain('America/Los_Angeles');
    expect(found('UTC−8')).not.toContain('Europe/Berlin');
  });
  it('finds_a_name_that_is_not_listed_by_its_whole_spelling', () => {
    expect(found('US/Eastern')).toEqual(['US/Eastern']);
    expect(found('Atlantis')).toEqual([]);
  });
  it('knows_which_names_are_zones', () => {
    expect(isZone('Etc/UTC')).toBe(true);
    expect(isZone('Mars/Olympus')).toBe(false);
    expect(isZone('+05:30')).toBe(false);
  });
  it('writes_offsets', () => {
    expect(zoneOffset('Asia/Kolkata', now)).toBe('UTC+05:30');
    expect(zoneOffset('America/Los_Angeles', now)).toBe('UTC−08:00');
    expect(zoneOffset('UTC', now)).toBe('UTC');
  });
});
