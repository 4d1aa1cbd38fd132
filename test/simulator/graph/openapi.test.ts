/**
 * The simulator against Microsoft's own schema. The schema file is not part of the project: the test runs where
 * MAILCHECK_CONTRACT_DIR names the folder that holds `graph-openapi.json`, and says so where it does not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';

import type { Drill } from '#simulator/drill.js';
import { startDrill } from '#simulator/drill.js';
import type { Quirks } from '#simulator/quirks.js';
import { NO_QUIRKS } from '#simulator/quirks.js';

import { allRows, ask, bodyOf, detailPath, listPath, rowsOf } from '../ask.js';
import { NOW } from '../population.js';

const folder = process.env['MAILCHECK_CONTRACT_DIR'] ?? '';

type Json = Readonly<Record<string, unknown>>;

function read(): Json {
  return JSON.parse(readFileSync(join(folder, 'graph-openapi.json'), 'utf8')) as Json;
}

function member(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Json)[key], value);
}

/**
 * Makes the schema as strict as a reader needs it: every property of a row must be there, and no other. Control
 * information (`@odata.context`, `@odata.nextLink`) may stand in any OData object (OData JSON format 4.01, section 4.5).
 * What may be null and is put together of others is written so that the validator understands it.
 */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  if (inner['nullable'] === true && 'allOf' in inner)
    return { anyOf: [{ type: 'null' }, { allOf: inner['allOf'] }] };
  if (inner['type'] !== 'object' || typeof inner['properties'] !== 'object') return inner;
  const names = Object.keys(inner['properties'] as Json).filter(
    (name) => !name.includes('@odata.') && !NAVIGATION.has(name),
  );
  const required = inner['required'] ?? names;
  return { ...inner, required, additionalProperties: false, patternProperties: { '^@odata\\.': {} } };
}

/** What is there only when it was asked for by `$expand`. */
const NAVIGATION: ReadonlySet<string> = new Set(['issues', 'attachments']);

function validatorOf(path: string, status: '200' | '4XX'): (body: unknown) => string {
  const contract = read();
  const response = member(contract, 'paths', path, 'get', 'responses', status);
  const named =
    '$ref' in (response as Json) ? member(contract, 'components', 'responses', 'error') : response;
  const schema = member(named, 'content', 'application/json', 'schema');
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    formats: { 'date-time': DATE_TIME, int32: INT_32, base64url: true },
  });
  const whole = strict({ ...(schema as Json), components: contract['components'] });
  const validate = ajv.compile(whole as Json);
  return (body) => (validate(body) ? '' : ajv.errorsText(validate.errors));
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/u;
const INT_32 = {
  type: 'number',
  validate: (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
} as const;

const TRACES = '/v1.0/admin/exchange/tracing/messageTraces';
const NEWS = '/v1.0/admin/serviceAnnouncement';
const DETAILS = `${TRACES}('{id_3}')/graph.getDetailsByRecipient(recipientAddress={recipientAddress})`;

const drills: Drill[] = [];

async function drill(scenario: string, quirks: Partial<Quirks> = {}): Promise<Drill> {
  const started = await startDrill({
    scenario,
    at: null,
    seed: 7,
    clock: () => NOW,
    log: null,
    quirks: { ...NO_QUIRKS, ...quirks },
  });
  drills.push(started);
  return started;
}

afterAll(async () => {
  await Promise.all(drills.map((each) => each.close()));
});

describe.skipIf(folder === '')(
  folder === '' ? 'skipped: MAILCHECK_CONTRACT_DIR is not set' : 'answers fit the published schema',
  () => {
    test.each(['calm', 'january-2026', 'june-2026'])('%s: every page of the list', async (scenario) => {
      const validate = validatorOf(TRACES, '200');
      const tenant = await drill(scenario);
      const reply = await ask(tenant, listPath({ $top: '5000' }));
      expect(rowsOf(reply).length).toBeGreaterThan(1000);
      expect(validate(bodyOf(reply))).toBe('');
    });

    test('the details of all that was held or failed', async () => {
      const validate = validatorOf(DETAILS, '200');
      const tenant = await drill('june-2026');
      const rows = await allRows(tenant, listPath({ $top: '5000' }));
      const troubled = rows.filter((row) => row.status === 'pending' || row.status === 'failed').slice(0, 80);
      const replies = await Promise.all(
        troubled.map((row) => ask(tenant, detailPath(row.id, row.recipientAddress))),
      );
      expect(new Set(replies.map((reply) => validate(bodyOf(reply))))).toEqual(new Set(['']));
    });

    test.each([
      [{ $top: '5001' }, 400],
      [{ $filter: 'receivedDateTime ge 2026-06-01T00:00:00Z' }, 400],
      [{ $filter: "status ne 'failed'" }, 400],
    ])('the refusal of %j', async (options, status) => {
      const validate = validatorOf(TRACES, '4XX');
      const reply = await ask(await drill('calm'), listPath(options));
      expect(reply.status).toBe(status);
      expect(validate(bodyOf(reply))).toBe('');
    });

    test.each([
      ['healthOverviews', 'healthOverviews', 15],
      ['healthOverviews?$expand=issues', 'healthOverviews', 15],
      ['issues?$filter=isResolved%20eq%20false', 'issues', 5],
      ['issues', 'issues', 100],
      ['messages', 'messages', 6],
    ])('service communications: %s', async (path, collection, least) => {
      const validate = validatorOf(`${NEWS}/${collection}`, '200');
      const reply = await ask(await drill('january-2026'), `${NEWS}/${path}`);
      expect(rowsOf(reply).length).toBeGreaterThanOrEqual(least);
      expect(validate(bodyOf(reply))).toBe('');
    });

    test('service communications: a refusal', async () => {
      const reply = await ask(await drill('calm'), `${NEWS}/issues?$filter=details%20eq%20null`);
      expect(reply.status).toBe(400);
      expect(validatorOf(`${NEWS}/issues`, '4XX')(bodyOf(reply))).toBe('');
    });

    test.each([
      ['issues', { statusOfTomorrow: true }, 'allowed values'],
      ['issues', { announcementCase: 'pascal' }, 'allowed values'],
      ['issues', { undocumentedHealthKeys: true }, 'additional properties'],
    ] as const)(
      'service communications: the quirks of %s do not fit: %j',
      async (collection, quirks, why) => {
        const validate = validatorOf(`${NEWS}/${collection}`, '200');
        const reply = await ask(await drill('january-2026', quirks), `${NEWS}/${collection}`);
        expect(validate(bodyOf(reply))).toContain(why);
      },
    );

    test('the check can fail: the quirks do not fit', async () => {
      const validate = validatorOf(TRACES, '200');
      const tenant = await startDrill({ scenario: 'calm', at: null, seed: 7, clock: () => NOW, log: null });
      drills.push(tenant);
      const reply = await ask(tenant, listPath({ $top: '5000' }), { prefer: 'include-unknown-enum-members' });
      expect(validate(bodyOf(reply))).toContain('allowed values');
    });
  },
);
