import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

let source: string | undefined;

/**
 * Runs axe in a page. It is evaluated through the debugger's protocol: as a script of the page, the headers would refuse it.
 */
export async function runAxe(page: Page): Promise<AxeResults> {
  source ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const client = await page.context().newCDPSession(page);
  try {
    await evaluate(client, source);
    return (await evaluate(client, 'axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  } finally {
    await client.detach();
  }
}

async function evaluate(client: Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>, expression: string): Promise<unknown> {
  const isRun = expression.startsWith('axe.run');
  const { result, exceptionDetails } = await client.send('Runtime.evaluate', { expression, awaitPromise: isRun, returnByValue: isRun });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}

/** What a person with a disability can't get past: `id: where`. */
export function seriousFindings({ violations }: AxeResults): string[] {
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} — ${node.failureSummary ?? ''}`));
}
