import { Failure } from '#failure.js';

import { type Answer, answerOf } from '../http/answer.js';
import { stoppedBy } from '../http/exchange.js';
import { member, parsedJson, textOf } from '../http/loose-json.js';
import { unansweredTrouble } from '../http/network-failure.js';
import type { Send } from '../http/send.js';
import type { ServiceWords } from '../http/service.js';
import { shownText } from '../sign-in/shown-text.js';

interface TenantGuidOptions {
  /** GUID or domain; null when nothing was named. */
  readonly tenant: string | null;
  /** As `login.microsoftonline.com`. */
  readonly signInHost: string;
  /** Sends to the sign-in service. */
  readonly send: Send;
}

const SIGN_IN_WORDS: ServiceWords = {
  name: 'the sign-in service',
  urlFlag: 'AZURE_AUTHORITY_HOST',
  urlVariable: 'AZURE_AUTHORITY_HOST',
  exampleUrl: 'https://login.microsoftonline.com',
};

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}$/i;

/**
 * The tenant's GUID, which stands in the path of every question to Exchange. For a domain the sign-in service tells it to
 * anybody, in the issuer of its metadata (OpenID Connect Discovery 1.0, section 3). Asked once.
 */
export function tenantGuidOf({
  tenant,
  signInHost,
  send,
}: TenantGuidOptions): (signal: AbortSignal) => Promise<string> {
  let known: string | null = null;
  return async (signal) => {
    known ??= await find(tenant, { signInHost, send, signal });
    return known;
  };
}

interface Asking {
  readonly signInHost: string;
  readonly send: Send;
  readonly signal: AbortSignal;
}

async function find(tenant: string | null, asking: Asking): Promise<string> {
  if (tenant === null) throw nobodyNamed();
  if (GUID.test(tenant)) return tenant.toLowerCase();
  if (!DOMAIN.test(tenant)) throw notATenant(tenant);
  return guidFrom(await metadataOf(tenant, asking), tenant, asking.signInHost);
}

function nobodyNamed(): Failure {
  return new Failure(
    'configuration',
    'Exchange is asked by the GUID of the tenant, and no tenant was named.',
    {
      remedy:
        'Set AZURE_TENANT_ID (or --tenant) to the GUID of your tenant or to one of its domains, as --tenant contoso.example',
    },
  );
}

function notATenant(tenant: string): Failure {
  return new Failure(
    'configuration',
    `"${shownText(tenant, [])}" is neither a GUID nor a domain of a tenant.`,
    {
      remedy:
        'Set AZURE_TENANT_ID (or --tenant) to a GUID or a domain, as --tenant 5f0c3c1e-0000-4000-8000-08dddddddd01 or --tenant contoso.example',
    },
  );
}

async function metadataOf(domain: string, { signInHost, send, signal }: Asking): Promise<Answer> {
  const path = `/${domain.toLowerCase()}/v2.0/.well-known/openid-configuration`;
  const sent = await send({ path, headers: { accept: 'application/json' }, json: null, signal });
  if (sent.kind === 'answered') return answerOf(sent.response);
  const { trouble } =
    sent.why === 'stopped'
      ? stoppedBy(signal)
      : { trouble: unansweredTrouble(sent, signInHost, SIGN_IN_WORDS) };
  throw trouble.failure;
}

function guidFrom(answer: Answer, domain: string, signInHost: string): string {
  const issuer = textOf(member(parsedJson(answer.body), 'issuer'));
  const guid = issuer.split('/').find((part) => GUID.test(part));
  if (answer.status === 200 && guid !== undefined) return guid.toLowerCase();
  if (answer.status === 400 || answer.status === 404) {
    throw new Failure('configuration', `${signInHost} knows no tenant with the domain ${domain}.`, {
      remedy: 'Check --tenant (AZURE_TENANT_ID), and that --cloud is the one that the tenant lives in.',
    });
  }
  if (answer.status === 429 || answer.status >= 500) {
    throw new Failure(
      'unreachable',
      `${signInHost} is in trouble (status ${answer.status}); this says nothing about mail.`,
      {
        remedy:
          'Try again in some minutes, or name the tenant by its GUID: then nobody has to be asked for it.',
      },
    );
  }
  throw new Failure(
    'protocol',
    `${signInHost} does not answer like a sign-in service (status ${answer.status}).`,
    {
      remedy: 'Check AZURE_AUTHORITY_HOST, and whether a proxy or sign-in portal stands in between.',
    },
  );
}
