/**
 * Why: companies lead all that goes out through a proxy that opens it, and sign with an authority of their own. Tenant: one
 * with mail, that stands for the hosts of Microsoft behind such a proxy. Requests: sign-in, Graph, Exchange, status page
 * and control host, each through one tunnel at a time, whatever this Node does about proxies and authorities by itself.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';

import { type OpeningProxy, startOpeningProxy } from '../fakes/opening-proxy.js';
import { canary } from '../secrets/canary.js';
import { type Run, runMailcheck } from './run-mailcheck.js';
import { rowsBetween, type ServedTenant, serveTenant, thisSecond } from './serve-tenant.js';

const HOSTS = [
  'graph.microsoft.com',
  'login.microsoftonline.com',
  'outlook.office365.com',
  'status.cloud.microsoft',
  'www.gstatic.com',
] as const;

/** Should the program go past the proxy, it finds no name to go to. */
const NO_NAMES = `--import=${new URL('../processes/no-names.mjs', import.meta.url).href}`;

let folder = '';
let otherCa = '';
let tenant: ServedTenant;
const open: OpeningProxy[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-proxy-'));
  const now = thisSecond();
  const population = rowsBetween(now, [20, 200], 30, () => ({}));
  tenant = await serveTenant(now, population, { tokenChecks: 'issued' });
  otherCa = join(folder, 'other.pem');
  await writeFile(otherCa, makeLoopbackCertificate().caPem);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

interface Place {
  readonly proxy: OpeningProxy;
  /** Where its authority is kept, for whoever wants to trust it. */
  readonly caFile: string;
}

async function proxyThat(admits?: string): Promise<Place> {
  const proxy = await startOpeningProxy({
    originByHost: {
      'graph.microsoft.com': tenant.graphUrl,
      'login.microsoftonline.com': tenant.authorityHost,
      'outlook.office365.com': tenant.exchangeUrl,
      'status.cloud.microsoft': tenant.statusUrl,
      'www.gstatic.com': tenant.controlUrl,
    },
    ...(admits === undefined ? {} : { admits }),
  });
  open.push(proxy);
  const caFile = join(folder, 'proxy.pem');
  await writeFile(caFile, proxy.caPem);
  return { proxy, caFile };
}

type Variables = Readonly<Record<string, string>>;

/** The tenant's own variables but those that name places on this machine. */
function environment({ NODE_OPTIONS = '', ...more }: Variables): Variables {
  const { AZURE_TENANT_ID = '', AZURE_CLIENT_ID = '', AZURE_CLIENT_SECRET = '' } = tenant.environment('');
  return {
    ...{ AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, MAILCHECK_MAIL_HOST: tenant.mailHost },
    ...more,
    NODE_OPTIONS: `${NO_NAMES} ${NODE_OPTIONS}`,
  };
}

interface JsonDoctor {
  readonly summary: { readonly cause: string | null; readonly sentence: string };
}

async function doctored(env: Variables, ...flags: readonly string[]): Promise<JsonDoctor & { run: Run }> {
  const run = await runMailcheck(['doctor', '--format', 'json', ...flags], { env: environment(env) });
  return { ...(JSON.parse(run.stdout) as JsonDoctor), run };
}

const hostsOf = ({ tunnels }: OpeningProxy): string[] => [...new Set(tunnels)].toSorted();
const EACH = HOSTS.map((host) => `${host}:443`);

test('status asks all that it asks through the proxy, and nothing beside it', async () => {
  const { proxy, caFile } = await proxyThat();
  const flags = ['status', '--format', 'json', '--ca-file', caFile];
  const run = await runMailcheck(flags, { env: environment({ HTTPS_PROXY: `http://${proxy.address}` }) });
  expect(JSON.parse(run.stdout)).toMatchObject({
    outcome: { level: 'ok' },
    summary: { deliveries: 30, connectors: { outbound: 3 } },
  });
  expect(hostsOf(proxy)).toEqual(EACH);
  expect(new Set(proxy.seen)).toEqual(
    new Set([
      ...HOSTS.filter((host) => host !== 'status.cloud.microsoft').map((host) => `HEAD ${host}`),
      ...['GET status.cloud.microsoft', 'POST login.microsoftonline.com'],
      ...['GET graph.microsoft.com', 'POST outlook.office365.com'],
    ]),
  );
  expect([proxy.plainRequests(), proxy.refused()]).toEqual([0, 0]);
}, 60_000);

/** What this Node does about proxies and authorities by itself must neither be in the way nor be lost. */
interface Row {
  readonly env: (place: Place) => Variables;
  /** Not known to every Node. */
  readonly option?: string;
  readonly admits?: string;
}

/** The last percent sign stands for itself. */
const SIGNS = `50%25%40home%${encodeURIComponent(canary('proxy'))}`;

const USUAL = ({ proxy, caFile }: Place): Variables => ({
  ...{ HTTPS_PROXY: `http://${proxy.address}`, MAILCHECK_CA_FILE: caFile },
});

const WAYS: Readonly<Record<string, Row>> = {
  'an authority of MAILCHECK_CA_FILE': { env: USUAL },
  'an authority of NODE_EXTRA_CA_CERTS': {
    env: ({ proxy, caFile }) => ({ HTTPS_PROXY: `http://${proxy.address}`, NODE_EXTRA_CA_CERTS: caFile }),
  },
  'one of NODE_EXTRA_CA_CERTS, where a CA file names another': {
    env: (place) => ({ ...USUAL(place), MAILCHECK_CA_FILE: otherCa, NODE_EXTRA_CA_CERTS: place.caFile }),
  },
  'an authority of this system': {
    env: ({ proxy, caFile }) => ({ HTTPS_PROXY: `http://${proxy.address}`, SSL_CERT_FILE: caFile }),
    option: '--use-system-ca',
  },
  'one of this system, where a CA file names another': {
    env: (place) => ({ ...USUAL(place), MAILCHECK_CA_FILE: otherCa, SSL_CERT_FILE: place.caFile }),
    option: '--use-system-ca',
  },
  'a user and a password with signs': {
    env: (place) => ({ ...USUAL(place), HTTPS_PROXY: `http://ann:${SIGNS}@${place.proxy.address}` }),
    admits: `ann:50%@home%${canary('proxy')}`,
  },
  'small letters, without a scheme': {
    env: (place) => ({
      ...USUAL(place),
      HTTPS_PROXY: 'http://127.0.0.1:9',
      https_proxy: place.proxy.address,
    }),
  },
  'a proxy for everything': {
    env: ({ proxy, caFile }) => ({ ALL_PROXY: `http://${proxy.address}`, MAILCHECK_CA_FILE: caFile }),
  },
  'Node told to use the proxy as well, by a variable': {
    env: (place) => ({
      ...USUAL(place),
      HTTP_PROXY: `http://${place.proxy.address}`,
      NODE_USE_ENV_PROXY: '1',
    }),
  },
  'Node told to use the proxy as well, by an option': {
    env: (place) => ({ ...USUAL(place), HTTP_PROXY: `http://${place.proxy.address}` }),
    option: '--use-env-proxy',
  },
};

describe('every host is asked through the proxy once, with', () => {
  for (const [why, { env, option = '', admits }] of Object.entries(WAYS)) {
    const isKnown = option === '' || process.allowedNodeEnvironmentFlags.has(option);
    test.skipIf(!isKnown)(why, { timeout: 60_000 }, async () => {
      const place = await proxyThat(admits);
      const { summary, run } = await doctored({ ...env(place), NODE_OPTIONS: option });
      expect([summary.cause, summary.sentence]).toEqual([null, expect.any(String)]);
      expect(hostsOf(place.proxy)).toEqual(EACH);
      expect([place.proxy.plainRequests(), place.proxy.refused()]).toEqual([0, 0]);
      // Node 22 says at its start that this is new in it.
      expect(run.stderr.replace(/^.*\[UNDICI-EHPA\] Warning.*$/mu, '')).not.toMatch(/\(node:\d+\)|Warning:/u);
    });
  }
});

test('whose authority nobody trusts opens nothing: each host is named, and no secret is told', async () => {
  const { proxy } = await proxyThat();
  const { summary } = await doctored({ HTTPS_PROXY: `http://${proxy.address}` });
  expect(summary.cause).toBe('tls');
  // Nothing but the bare look at each host was in a tunnel.
  expect(proxy.seen.filter((line) => !line.startsWith('HEAD '))).toEqual([]);
}, 60_000);
