// Writes runs into the table of a local stack: copies of one of the demo user's own, so that no second place knows their form.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const TABLE = 'git-report';
/** What DynamoDB takes at once. */
const BATCH = 25;
const PARALLEL = 4;
/** The local stack requires a signature and does not verify it. */
const SIGNED = {
  'content-type': 'application/x-amz-json-1.0',
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};
const YEAR_MS = 365 * 86_400_000;

export class Table {
  constructor(address, partition) {
    this.address = address;
    this.partition = partition;
  }

  /** The table of the stack whose data is in a folder, and the records of one user. */
  static async of(dataDir, userId) {
    const address = /^(?:export )?AWS_ENDPOINT_URL_DYNAMODB=['"]?([^'"\n]+)/m.exec(await readFile(`${dataDir}/env`, 'utf8'))?.[1];
    if (address === undefined) throw new Error(`${dataDir}/env does not name the table's address.`);
    return new Table(address, `USER#${userId}`);
  }

  async call(operation, body) {
    const answer = await fetch(this.address, { method: 'POST', headers: { ...SIGNED, 'x-amz-target': `DynamoDB_20120810.${operation}` }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Every run, newest first. */
  async runs() {
    const items = [];
    let from;
    do {
      const page = await this.call('Query', {
        TableName: TABLE,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: this.partition }, ':sk': { S: 'RUN#' } },
        ScanIndexForward: false,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      items.push(...page.Items);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return items;
  }

  async keepNewest(count) {
    const surplus = (await this.runs()).slice(count);
    await this.write(surplus.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })));
  }

  /** Writes copies of the newest run that has ended with success, spread over the year before it. */
  async copyRuns(count) {
    const model = (await this.runs()).find((item) => item.due_pk === undefined && Object.values(item).some((value) => value.S === 'success' || value.S === 'succeeded'));
    if (model === undefined) throw new Error('No run has ended with success.');
    const newest = instantOf(model.sk.S);
    const requests = function* () {
      for (let number = 1; number <= count; number += 1) yield { PutRequest: { Item: copy(model, Math.round((YEAR_MS * number) / count), newest) } };
    };
    await this.write(requests());
  }

  async write(requests) {
    const iterator = requests[Symbol.iterator]();
    const worker = async () => {
      for (;;) {
        const batch = [];
        while (batch.length < BATCH) {
          const { value, done } = iterator.next();
          if (done) break;
          batch.push(value);
        }
        if (batch.length === 0) return;
        await this.call('BatchWriteItem', { RequestItems: { [TABLE]: batch } });
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  }
}

/** The instant in the UUID v7 of a run. */
const instantOf = (sk) => Number.parseInt(sk.slice('RUN#'.length).replaceAll('-', '').slice(0, 12), 16);

function copy(model, earlier, newest) {
  const at = newest - earlier;
  const rest = randomBytes(10).toString('hex');
  const time = at.toString(16).padStart(12, '0');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
  const item = { ...model, sk: { S: `RUN#${id}` } };
  for (const [name, value] of Object.entries(model)) {
    // Instants are milliseconds since 1970: each is as much earlier.
    if (value.N?.length === newest.toString().length) item[name] = { N: String(Number(value.N) - earlier) };
  }
  return item;
}
