/**
 * What the tests are run against: the dashboard at GIT_REPORT_URL, whose API signs in with the kind `demo`, or without that
 * variable a preview of `dist/` before the mock API, whose clock is stopped.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { NOW } from '../../src/test/fixtures';

declare module 'vitest' {
  export interface ProvidedContext {
    baseUrl: string;
    /** The instant at which the pages' clocks stand, or null for the real time. */
    now: string | null;
  }
}

const MOCK_PORT = 4198;
const START_TIMEOUT_MS = 30_000;

export default async function setup(project: TestProject): Promise<() => void> {
  const given = process.env['GIT_REPORT_URL'];
  if (given !== undefined) {
    project.provide('baseUrl', given.replace(/\/+$/, ''));
    project.provide('now', null);
    return () => {};
  }
  const server = spawn('node_modules/.bin/vite', ['preview', '--config', 'dev/mock.config.ts', '--port', String(MOCK_PORT), '--strictPort'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, SCENARIO: process.env['SCENARIO'] ?? 'approaching' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await started(server);
  project.provide('baseUrl', `http://127.0.0.1:${MOCK_PORT}`);
  project.provide('now', NOW);
  // A preview that is asked to end waits for its connections.
  return () => void server.kill('SIGKILL');
}

function started(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The preview did not start: run `npm run build` first.')), START_TIMEOUT_MS);
    server.stdout?.on('data', (data: Buffer) => {
      if (!String(data).includes('Local')) return;
      clearTimeout(timer);
      resolve();
    });
    server.on('exit', (code) => reject(new Error(`The preview ended with code ${code}.`)));
  });
}
