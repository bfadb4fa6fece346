import type { Locator, Page } from 'playwright-core';

/** More stops than any page has between two controls of a path. */
const STOPS_MAX = 150;

/** What has the focus: its role and name as screen readers get them, and whether its focus can be seen. */
export interface Stop {
  /** `button "Save time zone"`. */
  spoken: string;
  isVisible: boolean;
}

/** Works a page with keys only: no test that uses it may touch the mouse. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Tab, until the control has the focus. */
  async tabTo(control: Locator): Promise<void> {
    await control.first().waitFor();
    for (let stop = 0; stop < STOPS_MAX; stop += 1) {
      if (await control.evaluateAll((all) => all.some((each) => each === document.activeElement))) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`${String(control)} is not reached by Tab.`);
  }

  /** Goes to a control by Tab and presses it. */
  async activate(control: Locator, key = 'Enter'): Promise<void> {
    await this.tabTo(control);
    await this.page.keyboard.press(key);
  }

  /** Every stop from the beginning of the page on, in order. */
  async stops(): Promise<Stop[]> {
    await this.page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
      window.getSelection()?.removeAllRanges();
    });
    const stops: Stop[] = [];
    let first: string | null = null;
    for (let count = 0; count < STOPS_MAX; count += 1) {
      await this.page.keyboard.press('Tab');
      const mark = await this.page.evaluate(() => {
        const element = document.querySelector(':focus');
        if (element === null) return null;
        const marked = element as HTMLElement & { e2eMark?: string };
        marked.e2eMark ??= `${Math.random()}`;
        const style = getComputedStyle(element);
        return { id: marked.e2eMark, isVisible: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 };
      });
      if (mark === null || first === mark.id) break;
      first ??= mark.id;
      const snapshot = await this.page.locator(':focus').ariaSnapshot();
      stops.push({ spoken: (snapshot.split('\n')[0] ?? '').replace(/^- /, '').replace(/:$/, ''), isVisible: mark.isVisible });
    }
    return stops;
  }
}
