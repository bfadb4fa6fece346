/** What a deployment talks to, on loopback: the provider of a model, and a receiver of webhooks. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Listening {
  /** `http://127.0.0.1:49152`. */
  address: string;
  close: () => Promise<void>;
}

async function listen(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<Listening> {
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, Buffer.concat(parts).toString(), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface Provider extends Listening {
  model: string;
}

/** A provider with the API of OpenAI, whose model always writes the same report and states what it took. */
export function startProvider(report: string, tokens: { prompt: number; completion: number }): Promise<Provider> {
  const model = 'journey-1';
  return listen((request, _, response) => {
    const body =
      request.method === 'GET'
        ? { object: 'list', data: [{ id: model, object: 'model' }] }
        : {
            object: 'chat.completion',
            model,
            choices: [{ index: 0, message: { role: 'assistant', content: report }, finish_reason: 'stop' }],
            usage: { prompt_tokens: tokens.prompt, completion_tokens: tokens.completion, total_tokens: tokens.prompt + tokens.completion },
          };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).then((server) => ({ ...server, model }));
}

export interface Receiver extends Listening {
  /** The status of its next answers. */
  status: number;
  /** The bodies that it has got. */
  received: string[];
}

/** A receiver of webhooks. */
export async function startReceiver(): Promise<Receiver> {
  const receiver: Receiver = { address: '', close: async () => {}, status: 200, received: [] };
  const server = await listen((_, body, response) => {
    receiver.received.push(body);
    response.writeHead(receiver.status, { 'content-type': 'text/plain' }).end(receiver.status === 200 ? 'Thank you' : 'Nothing is here any more');
  });
  return Object.assign(receiver, server);
}
