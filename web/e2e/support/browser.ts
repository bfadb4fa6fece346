/** Chromium, and pages in it that record what must not happen. */
import { chromium, type Browser, type BrowserContext, type Page, type Request } from 'playwright-core';
import { expect, inject } from 'vitest';

export type Theme = 'light' | 'dark';
export type Role = 'user' | 'admin';

export interface View {
  width?: number;
  height?: number;
  theme?: Theme;
  reducedMotion?: boolean;
  /** How much a browser on a desk enlarges the page: at 2, a window of 1440 px has room for 720. */
  zoom?: number;
  /** Where another stack than that of all tests is. */
  baseUrl?: string;
  /** The instant at which the page's clock is stopped. */
  now?: string;
}

/** The widths and themes that every page is shown in. */
export const views = [390, 1440].flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })));

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** The requests of each page that are not answered yet. */
const pendingRequests = new WeakMap<Page, Set<Request>>();

/** A tab with the records of what went wrong in it. */
export interface Tab {
  page: Page;
  context: BrowserContext;
  /** Violations of the content security policy, Trusted Types among them. */
  violations: string[];
  /** Uncaught errors, and what the page logs as an error. */
  errors: string[];
  close: () => Promise<void>;
}

export async function openTab(browser: Browser, view: View = {}): Promise<Tab> {
  const { width = 1440, height = 900, theme = 'light', reducedMotion = false, zoom = 1, baseUrl = inject('baseUrl') } = view;
  const isPhone = width < 500;
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    colorScheme: theme,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    hasTouch: isPhone,
    isMobile: isPhone,
    deviceScaleFactor: isPhone ? 2 : zoom,
  });
  return watch(context, () => context.close(), view.now);
}

/** A second tab of the same browser profile. Each tab signs in by itself, since tokens are in its memory. */
export function openBeside({ context }: Tab): Promise<Tab> {
  return watch(context);
}

async function watch(context: BrowserContext, close?: () => Promise<void>, stopped?: string): Promise<Tab> {
  const page = await context.newPage();
  const violations: string[] = [];
  const errors: string[] = [];
  await page.exposeFunction('recordViolation', (text: string) => void violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { recordViolation } = window as unknown as { recordViolation: (text: string) => void };
      recordViolation(`${event.effectiveDirective} refused ${event.blockedURI} (${event.sourceFile}:${event.lineNumber}) ${event.sample}`);
    });
  });
  const pending = new Set<Request>();
  pendingRequests.set(page, pending);
  page.on('request', (request) => void pending.add(request));
  for (const ended of ['requestfinished', 'requestfailed'] as const) page.on(ended, (request) => void pending.delete(request));
  // A request of the document before ends without a word.
  page.on('domcontentloaded', () => pending.clear());
  page.on('pageerror', (error) => void errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const now = stopped ?? inject('now');
  if (now !== null) await page.clock.setFixedTime(now);
  return { page, context, violations, errors, close: close ?? (() => page.close()) };
}

/** The headers refused nothing, and nothing was thrown. */
export function expectClean({ violations, errors }: Tab): void {
  expect(violations, 'violations of the content security policy').toEqual([]);
  expect(errors, 'errors of the page').toEqual([]);
}

/**
 * Opens a path as a demo user. The local stack signs in by itself; which of its users a tab has chosen is kept over a reload,
 * which is how a path is opened as an admin.
 */
export async function signIn({ page }: Tab, path = '/', role: Role = 'user'): Promise<void> {
  await page.addInitScript((chosen) => window.sessionStorage.setItem('git-report.demo-role', chosen), role);
  await page.goto(path);
  await settled(page);
}

/** How long a page may load, in milliseconds. */
const LOADING_MS_MAX = 60_000;

/** The page has its heading, each of its requests is answered and shown, and nothing in it is loading or moving. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const pending = pendingRequests.get(page) ?? new Set();
  const until = Date.now() + LOADING_MS_MAX;
  // What an answer leads to, another request among it, happens within the frames that show it.
  while (!((await isShown(page)) && pending.size === 0 && (await isShown(page)) && pending.size === 0)) {
    if (Date.now() > until) throw new Error(`${page.url()} is still loading: ${[...pending].map((each) => each.url()).join(', ')}`);
  }
}

/** After the next frames: nothing says that it loads, the fonts have arrived, and what moves has ended. */
function isShown(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity && each.playState === 'running');
    return moving.length === 0 && document.querySelector('#main [role="status"][aria-label^="Loading"]') === null;
  });
}
