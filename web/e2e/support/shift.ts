import type { Page } from 'playwright-core';

/** The most that a page may move while it loads: a fifth of what is called good, https://web.dev/articles/cls. */
export const SHIFT_MAX = 0.02;

/** A part of the page that moved without the user's doing. */
interface Shift {
  value: number;
  /** `h2 "Last runs": 412 > 436`: what moved, from where to where, in px from the top. */
  moved: string[];
}

/** Timers of the page that are longer than this, in milliseconds, are what it waits for late answers. */
const PATIENCE_MS_MIN = 500;

/** Records layout shifts from the next navigation on. An answer is never late for the page, however busy the machine is. */
export async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript((patienceMin) => {
    interface LayoutShift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
    }
    const startTimer = window.setTimeout;
    window.setTimeout = ((handler: TimerHandler, ms = 0, ...given: unknown[]) =>
      startTimer(handler, ms >= patienceMin ? ms * 60 : ms, ...given)) as typeof window.setTimeout;
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
        if (hadRecentInput) continue;
        const moved = sources.map(({ node, previousRect, currentRect }) => {
          const text = (node?.textContent ?? '').trim().slice(0, 40);
          return `${node?.nodeName.toLowerCase()} "${text}": ${Math.round(previousRect.top)} > ${Math.round(currentRect.top)}`;
        });
        shifts.push({ value, moved });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  }, PATIENCE_MS_MIN);
}

/** What has moved since: the sum, which is at least the score that browsers report, and each shift. */
export async function shiftsOf(page: Page): Promise<{ score: number; shifts: Shift[] }> {
  const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
  return { score: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
}
