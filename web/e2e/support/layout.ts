/** Where things are on a page. */
import type { Page } from 'playwright-core';

/** How far the page scrolls sideways, in px. */
export function sidewaysBy(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Texts that are cut: of a chart, outside of it; of a select, wider than its room. */
export function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    for (const text of document.querySelectorAll<SVGTextElement>('main svg text')) {
      const [box, chart] = [text.getBoundingClientRect(), text.ownerSVGElement!.getBoundingClientRect()];
      if (box.left < chart.left - 1 || box.right > chart.right + 1) faults.push(`"${text.textContent}" of a chart`);
    }
    const measure = document.createElement('canvas').getContext('2d')!;
    for (const select of document.querySelectorAll('main select')) {
      if (!select.checkVisibility()) continue;
      const { fontWeight, fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(select);
      measure.font = `${fontWeight} ${fontSize} ${fontFamily}`;
      const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      const text = (select as HTMLSelectElement).selectedOptions[0]?.text ?? '';
      if (measure.measureText(text).width > room + 1) faults.push(`"${text}" of a select`);
    }
    return faults;
  });
}

/** Controls of the page that can't be used: outside of the window at any scrolling, or under something else. */
export function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const faults: string[] = [];
    const controls = document.querySelectorAll<HTMLElement>('main :is(a[href], button, input, select, textarea, summary)');
    for (const control of controls) {
      if (!control.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || control.closest('.sr-only') !== null) continue;
      control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      const { left, right, top, width, height } = control.getBoundingClientRect();
      if (width < 2 || height < 2) continue;
      const name = `${control.tagName.toLowerCase()} "${(control.textContent || control.getAttribute('aria-label') || control.id).trim().slice(0, 40)}"`;
      if (left < -1 || right > window.innerWidth + 1) faults.push(`${name} is wider than the window: ${Math.round(left)} to ${Math.round(right)}`);
      const line = control.getClientRects()[0] ?? control.getBoundingClientRect();
      const onTop = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
      const label = control.closest('label');
      if (onTop === null || !(control.contains(onTop) || onTop.contains(control) || label?.contains(onTop))) {
        faults.push(`${name} at ${Math.round(top)} is under ${onTop?.tagName.toLowerCase() ?? 'nothing'}`);
      }
    }
    return faults;
  });
}
