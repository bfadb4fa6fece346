import { describe, expect, it } from 'vitest';
import { contrast, tokensOf } from '@/test/contrast';
import app from './styles.css?raw';
import library from './usage-stats/usage-stats.css?raw';

/** Text on its backgrounds: 4.5 : 1. */
const texts: [string, string[]][] = [
  ['ink', ['canvas', 'surface', 'sunken', 'bad-soft', 'warn-soft', 'ok-soft', 'accent-soft']],
  ['ink-muted', ['canvas', 'surface', 'sunken', 'bad-soft', 'warn-soft', 'ok-soft', 'accent-soft']],
  ['accent', ['canvas', 'surface', 'sunken', 'accent-soft']],
  ['on-accent', ['accent', 'accent-hover']],
  ['ok', ['canvas', 'surface', 'ok-soft']],
  ['warn', ['canvas', 'surface', 'warn-soft']],
  ['bad', ['canvas', 'surface', 'bad-soft']],
];
/** Graphics and borders of controls: 3 : 1. */
const graphics: [string, string[]][] = [
  ['line-strong', ['canvas', 'surface', 'sunken', 'warn-soft', 'bad-soft']],
  ['warn-fill', ['surface']],
  ['accent', ['surface', 'accent-soft']],
];

function failures(tokens: Record<string, string>, pairs: [string, string[]][], least: number): string[] {
  return pairs.flatMap(([front, backs]) =>
    backs
      .map((back) => ({ back, ratio: contrast(tokens[front] ?? '#000000', tokens[back] ?? '#000000') }))
      .filter(({ ratio }) => ratio < least)
      .map(({ back, ratio }) => `${front} on ${back}: ${ratio.toFixed(2)}`),
  );
}

describe.each([
  ['light', ':root'],
  ['dark', "[data-theme='dark']"],
])('the %s theme', (_, selector) => {
  const tokens = tokensOf(app, selector);
  it('has_text_with_a_contrast_of_4_5', () => expect(failures(tokens, texts, 4.5)).toEqual([]));
  it('has_graphics_with_a_contrast_of_3', () => expect(failures(tokens, graphics, 3)).toEqual([]));
});

describe('the library', () => {
  it('has_the_colours_of_the_application_by_default', () => {
    const names: Record<string, string> = { control: 'line-strong', muted: 'ink-muted' };
    for (const [own, theirs] of [[":where(.gru)", ':root'], [":where(.gru[data-theme='dark'])", "[data-theme='dark']"], [":where(.gru:not([data-theme='light']))", "[data-theme='dark']"]] as const) {
      const tokens = tokensOf(app, theirs);
      for (const [name, value] of Object.entries(tokensOf(library, own))) {
        const short = name.replace('gru-', '');
        expect(`${name} ${value}`).toBe(`${name} ${tokens[names[short] ?? short]}`);
      }
    }
  });
});
