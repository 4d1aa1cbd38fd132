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
 */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  if (inner['type'] !== 'object' || typeof inner['properties'] !== 'object') return inner;
  const names = Object.keys(inner['properties'] as Json).filter((name) => !name.startsWith('@odata.'));
  const required = inner['required'] ?? names;
  return { ...inner, required, additionalProperties: false, patternProperties: { '^@odata\\.': {} } };
}

function validatorOf(path: string, status: '200' | '4XX'): (body: unknown) => string {
  const contract = read();
  const response = member(contract, 'paths', path, 'get', 'responses', status);
  const named =
    '$ref' in (response as Json) ? member(contract, 'components', 'responses', 'error') : response;
  const schema = member(named, 'content', 'application/json', 'schema');
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': DATE_TIME, int32: INT_32 } });
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
const DETAILS = `${TRACES}('{id_3}')/graph.getDetailsByRecipient(recipientAddress={recipientAddress})`;

const drills: Drill[] = [];

async function drill(scenario: string): Promise<Drill> {
  const started = await startDrill({
    scenario,
    at: null,
    seed: 7,
    clock: () => NOW,
    log: null,
    quirks: NO_QUIRKS,
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

    test('the check can fail: the quirks do not fit', async () => {
      const validate = validatorOf(TRACES, '200');
      const tenant = await startDrill({ scenario: 'calm', at: null, seed: 7, clock: () => NOW, log: null });
      drills.push(tenant);
      const reply = await ask(tenant, listPath({ $top: '5000' }), { prefer: 'include-unknown-enum-members' });
      expect(validate(bodyOf(reply))).toContain('allowed values');
    });
  },
);
