/** A local stack of a test's own, which can be stopped and started again at a later time. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const START_TIMEOUT_MS = 60_000;
/** On 29 February: only the test starts runs. */
const RARELY = '0 0 29 2 *';
/** The API, the receiver, the table, the queues and the events. */
const PORTS = ['api', 'receiver', 'dynamodb', 'sqs', 'eventbridge'];

export interface StackOptions {
  /** The program `git-report`. */
  program: string;
  dataDir: string;
  repository: string;
}

export class Stack {
  private constructor(
    readonly baseUrl: string,
    private readonly program: ChildProcess,
  ) {}

  /** Starts with an empty table, or continues from the folder's, with a clock that is ahead by so many seconds. */
  static async start({ program, dataDir, repository }: StackOptions, aheadSeconds = 0): Promise<Stack> {
    const ports = await Promise.all(PORTS.map(freePort));
    const args = PORTS.flatMap((name, index) => [`--${name}-port`, String(ports[index])]);
    const started = spawn(
      program,
      [
        '--no-report', '--schedule', RARELY, '--data-dir', dataDir, '--repository', repository,
        '--web-dir', fileURLToPath(new URL('../..', import.meta.url)), ...args,
      ],
      { env: { ...process.env, GIT_REPORT_CLOCK_OFFSET_SECONDS: String(aheadSeconds) }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await ready(started);
    const stack = new Stack(`http://127.0.0.1:${ports[0]}`, started);
    // Until it is known whether the dashboard is to be built, a page with the progress is in its place.
    while (!(await fetch(stack.baseUrl)).ok) await new Promise((resolve) => setTimeout(resolve, 200));
    return stack;
  }

  async stop(): Promise<void> {
    if (this.program.exitCode !== null) return;
    const ended = new Promise((resolve) => this.program.once('exit', resolve));
    this.program.kill('SIGTERM');
    await ended;
  }
}

function ready(program: ChildProcess): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`The stack ${why}:\n${output}`));
    const timer = setTimeout(() => {
      program.kill('SIGTERM');
      fail('was not ready in time');
    }, START_TIMEOUT_MS);
    const read = (data: Buffer) => {
      output += String(data);
      if (!output.includes('Ctrl-C stops')) return;
      clearTimeout(timer);
      resolve();
    };
    program.stdout?.on('data', read);
    program.stderr?.on('data', read);
    program.on('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
