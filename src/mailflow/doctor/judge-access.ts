/** Who we are to the service, and what that lets us see: credentials, tokens, Microsoft's own app, permissions, roles, quota. */
import { counted, formatAge } from '../quantity.js';
import type { DoctorCheck } from './doctor-check.js';
import { brokenCheck, notLookedAt, okCheck, skippedCheck, warningCheck } from './doctor-check.js';
import type {
  CallName,
  CallSight,
  CredentialSight,
  DoctorEvidence,
  TokenSight,
  Trouble,
} from './doctor-evidence.js';

const DAY_MS = 86_400_000;
/** So many days before it ends, somebody should be told. */
const TELL_DAYS = 30;

export function judgeCredential({ credential, setUp, now }: DoctorEvidence): DoctorCheck {
  const told = { id: 'credential', title: 'Credentials', evidence: askedAs(credential) };
  if (credential.kind === 'missing') {
    // What is wrong with the settings was told with them.
    const isTold = setUp.trouble?.message === credential.trouble.message;
    return isTold ? notLookedAt(told) : brokenBy(credential.trouble, told);
  }
  const { what, from, expiresAt } = credential;
  const says = `${what}, from ${from}`;
  if (expiresAt === null) {
    return okCheck({ ...told, says: `${says}; when it ends cannot be told from here.` });
  }
  const day = expiresAt.toISOString().slice(0, 10);
  const left = (expiresAt.getTime() - now.getTime()) / DAY_MS;
  if (left <= 0) {
    const cure =
      'Create a new one, upload it to the app registration, and name it in the place of the old one.';
    return brokenCheck({ ...told, says: `${says}, ended on ${day}.`, cure, reason: 'sign-in' });
  }
  if (left < TELL_DAYS) {
    const cure = 'Create the next one now: both work side by side.';
    return warningCheck({ ...told, says: `${says}, ends in ${formatAge(left * 86_400)} (${day}).`, cure });
  }
  return okCheck({ ...told, says: `${says}, good until ${day}.` });
}

/** Whom the service was asked to let in: a variable of another tool may have chosen that. */
function askedAs(credential: CredentialSight): readonly string[] {
  return credential.kind === 'missing' || credential.asWhom === '' ? [] : [`As ${credential.asWhom}.`];
}

export function judgeSignIn({ graphToken, exchangeToken, credential }: DoctorEvidence): DoctorCheck {
  const told = { id: 'sign-in', title: 'Sign-in' };
  const first = graphToken ?? exchangeToken;
  if (first === null) return notLookedAt(told);
  if (first.kind === 'refused') {
    const { what = '', from = '' } = credential.kind === 'found' ? credential : {};
    const by = what === '' ? [] : [`Tried with: ${what}, from ${from}.`];
    return { ...brokenBy(first.trouble, told), evidence: [...by, ...askedAs(credential)] };
  }
  return first.isReady
    ? skippedCheck({ ...told, says: `Not tried: ${first.variable} holds a ready token.` })
    : okCheck({ ...told, says: 'The sign-in service gave a token.' });
}

/** By what the token says of itself: for whom it is, until when, and what it admits to. */
export function judgeGraphToken(evidence: DoctorEvidence): DoctorCheck {
  const { graphToken, setUp } = evidence;
  const told = { id: 'token-graph', title: 'Graph token' };
  if (graphToken === null || graphToken.kind === 'refused') return notLookedAt(told);
  const trace = setUp.traces === 'exchange' ? [] : [TRACE];
  return judgeToken(graphToken, { ...told, wanted: [...trace, HEALTH, MESSAGES], isNeeded: true }, evidence);
}

const TRACE = 'ExchangeMessageTrace.Read.All';
const HEALTH = 'ServiceHealth.Read.All';
const MESSAGES = 'ServiceMessage.Read.All';

/** What Exchange wants to see; a person has another one than an app, and each form of the admin API its own of these. */
function manageFor(token: TokenSight): string {
  if (!isOfPerson(token)) return 'Exchange.ManageAsApp';
  return lacks(token, 'Exchange.Manage') && !lacks(token, 'Exchange.ManageV2')
    ? 'Exchange.ManageV2'
    : 'Exchange.Manage';
}

function isOfPerson(token: TokenSight): boolean {
  if (token.kind === 'refused' || token.claims === null) return false;
  return token.claims.roles.length === 0 && token.claims.scopes.length > 0;
}

export function judgeExchangeToken(evidence: DoctorEvidence): DoctorCheck {
  const { exchangeToken, graphToken, setUp } = evidence;
  const told = { id: 'token-exchange', title: 'Exchange token' };
  if (setUp.traces === 'graph') return skippedCheck({ ...told, says: NOT_ASKED_FOR });
  if (exchangeToken === null) return notLookedAt(told);
  const isNeeded = needsExchange(evidence);
  if (exchangeToken.kind === 'refused') {
    // The same refusal was told of the first token.
    if (graphToken === null) return notLookedAt(told);
    return isNeeded ? brokenBy(exchangeToken.trouble, told) : warnedOf(exchangeToken.trouble, told);
  }
  return judgeToken(exchangeToken, { ...told, wanted: [manageFor(exchangeToken)], isNeeded }, evidence);
}

const NOT_ASKED_FOR = 'Not asked for: Exchange is left out here.';

interface Wanted extends Titled {
  readonly wanted: readonly string[];
  readonly isNeeded: boolean;
}

interface Titled {
  readonly id: string;
  readonly title: string;
}

function judgeToken(
  token: Extract<TokenSight, { kind: 'held' }>,
  { id, title, wanted, isNeeded }: Wanted,
  { now }: DoctorEvidence,
): DoctorCheck {
  const told = { id, title };
  const { claims, variable, audiences, isReady } = token;
  if (claims === null) {
    return okCheck({
      ...told,
      says: 'It is no token that can be read here; whether it does is for the service to say.',
    });
  }
  const fault = isNeeded ? brokenCheck : warningCheck;
  const renew = isReady
    ? `Fetch a new access token for ${audiences[0] ?? 'the service'} and set ${variable}, or unset it and sign in.`
    : `Check --cloud and the address of the service.`;
  if (isForAnother(claims.audience, audiences)) {
    const says = `The token ${isReady ? `in ${variable} ` : ''}is for ${claims.audience}, and not for ${audiences[0] ?? 'this service'}.`;
    return fault({ ...told, says, cure: renew, reason: 'sign-in' });
  }
  if (claims.expiresAt !== null && claims.expiresAt <= now) {
    const age = formatAge((now.getTime() - claims.expiresAt.getTime()) / 1000);
    const says = `The token ${isReady ? `in ${variable} ` : ''}expired ${age} ago, by the clock of this machine.`;
    const cure = isReady ? renew : 'Set the clock of this machine right (NTP).';
    return fault({ ...told, says, cure, reason: 'sign-in' });
  }
  const granted = [...claims.roles, ...claims.scopes];
  const missing = wanted.filter((name) => !granted.includes(name));
  const holds = granted.length === 0 ? 'no permission at all' : granted.join(', ');
  return okCheck({
    ...told,
    says:
      missing.length === 0
        ? 'For this service, with every permission.'
        : `For this service, without ${missing.join(', ')}.`,
    evidence: [
      `For ${claims.audience}, tenant ${claims.tenant ?? 'unknown'}, app ${claims.app ?? 'unknown'}.`,
      `It holds ${holds}.`,
      ...(claims.expiresAt === null ? [] : [`It ends at ${claims.expiresAt.toISOString()}.`]),
    ],
  });
}

/** A token for another service, or a dead one, gets a refusal that says less than the token itself. */
export function isWorthUsing(token: TokenSight, now: Date): boolean {
  if (token.kind === 'refused') return false;
  const { claims, audiences } = token;
  if (claims === null) return true;
  const isDead = claims.expiresAt !== null && claims.expiresAt <= now;
  return !isDead && !isForAnother(claims.audience, audiences);
}

/** An audience may be the GUID of the service as well, which tells nothing here. */
function isForAnother(audience: string, audiences: readonly string[]): boolean {
  const plain = (address: string): string => address.toLowerCase().replace(/\/{1,8}$/u, '');
  return audience.includes('://') && !audiences.some((own) => plain(own) === plain(audience));
}

/** What was asked for and put off, by the services and by our own account. */
export function judgeQuota({ calls, quotas, now }: DoctorEvidence): DoctorCheck {
  const told = { id: 'quota', title: 'Quota' };
  const asked = NAMES_OF_CALLS.map((name) => calls[name]);
  const throttled = asked.flatMap((call) =>
    call?.kind === 'failed' && call.trouble.kind === 'throttled' ? [call.trouble] : [],
  );
  const evidence = quotas.map(
    ({ origin, used, limit, free }) =>
      `${origin}: ${used} of ${limit} requests in 5 min used from here, ${free} free.`,
  );
  const [first] = throttled;
  const isTraceAnswered = calls.trace?.kind === 'answered' || calls['exchange-trace']?.kind === 'answered';
  if (first !== undefined) {
    const check = isTraceAnswered ? warningCheck : brokenCheck;
    return check({
      ...told,
      says: first.message,
      cure: `${first.remedy} Who used it from this machine: mailcheck quota.`,
      reason: 'throttled',
      ...{ evidence, retryAfterSeconds: first.retryAfterSeconds },
    });
  }
  const paused = quotas.find(({ pausedUntil }) => pausedUntil !== null && pausedUntil > now);
  if (paused !== undefined) {
    return warningCheck({
      ...told,
      says: `${paused.origin} asked for a pause until ${paused.pausedUntil?.toISOString() ?? ''}.`,
      cure: 'Wait for its end; who asked: mailcheck quota.',
      ...{ evidence, reason: 'throttled' },
    });
  }
  if (asked.every((call) => call === null)) return notLookedAt(told);
  const used = quotas.reduce((sum, quota) => sum + quota.used, 0);
  return okCheck({
    ...told,
    says: `No service asks for a pause; ${counted(used, 'request', 'requests')} in 5 min from this machine.`,
    evidence,
  });
}

const NAMES_OF_CALLS: readonly CallName[] = ['trace', 'health', 'messages', 'settings', 'exchange-trace'];

export function judgeTracePrincipal({ calls: { trace }, setUp }: DoctorEvidence): DoctorCheck {
  const told = { id: 'service-principal', title: 'Trace principal' };
  if (setUp.traces === 'exchange')
    return skippedCheck({ ...told, says: 'Not needed: traces come from Exchange.' });
  if (trace === null) return notLookedAt(told);
  if (trace.kind === 'answered') return okCheck({ ...told, says: 'It is there: Graph answered a trace.' });
  if (trace.meaning === 'service-principal') return brokenBy(trace.trouble, told);
  return skippedCheck({ ...told, says: 'It cannot be told before Graph answers a trace or misses it.' });
}

export function judgeTrace({ calls: { trace }, setUp }: DoctorEvidence): DoctorCheck {
  const told = { id: 'permission-trace', title: 'Graph trace' };
  if (setUp.traces === 'exchange')
    return skippedCheck({ ...told, says: 'Not asked for: traces come from Exchange.' });
  if (trace?.kind === 'failed' && trace.meaning === 'service-principal')
    return skippedCheck({
      ...told,
      says: 'Not to be told without the principal.',
      after: 'service-principal',
    });
  return judgeCall(trace, { ...told, says: `Graph answered a trace: ${TRACE} is granted.` }, brokenBy);
}

export function judgeHealth({ calls: { health } }: DoctorEvidence): DoctorCheck {
  const told = { id: 'permission-health', title: 'Service health' };
  return judgeCall(health, { ...told, says: `Graph told of its services: ${HEALTH} is granted.` }, brokenBy);
}

/** Nobody needs it for mail; an app without it is rightly set up. */
export function judgeMessages({ calls: { messages }, graphToken }: DoctorEvidence): DoctorCheck {
  const told = { id: 'permission-messages', title: 'Message centre' };
  if (
    messages === null &&
    graphToken?.kind === 'held' &&
    graphToken.claims !== null &&
    lacks(graphToken, MESSAGES)
  ) {
    const says = `Left out: ${MESSAGES} is not granted, and only health messages needs it.`;
    return skippedCheck({ ...told, says });
  }
  return judgeCall(messages, { ...told, says: `Graph told of its posts: ${MESSAGES} is granted.` }, warnedOf);
}

/** Whether a token says of itself that it lacks a permission. */
export function lacks(token: TokenSight, permission: string): boolean {
  if (token.kind === 'refused' || token.claims === null) return false;
  return ![...token.claims.roles, ...token.claims.scopes].includes(permission);
}

export function judgeExchange(evidence: DoctorEvidence): readonly DoctorCheck[] {
  const { calls, setUp, exchangeToken } = evidence;
  const permission = { id: 'permission-exchange', title: 'Exchange access' };
  const role = { id: 'role-exchange', title: 'Exchange role' };
  const traces = { id: 'role-trace', title: 'Exchange trace' };
  if (setUp.traces === 'graph') {
    return [permission, role, traces].map((told) => skippedCheck({ ...told, says: NOT_ASKED_FOR }));
  }
  const fault = needsExchange(evidence) ? brokenBy : warnedOf;
  const { settings } = calls;
  const isRefused = settings?.kind === 'failed' && settings.meaning === 'token';
  const manage = exchangeToken === null ? 'Exchange.ManageAsApp' : manageFor(exchangeToken);
  const isPerson = exchangeToken !== null && isOfPerson(exchangeToken);
  const lacked = exchangeToken !== null && lacks(exchangeToken, manage);
  const instead = isPerson ? ', which a person needs in the place of Exchange.ManageAsApp' : '';
  const why = lacked ? [`The token does not hold ${manage}${instead}.`] : [];
  return [
    settings?.kind === 'failed' && settings.meaning !== 'permission'
      ? {
          ...judgeCall(settings, { ...permission, says: '' }, fault),
          ...(isRefused ? { evidence: why } : {}),
        }
      : judgeCall(
          settings === null ? null : { kind: 'answered' },
          {
            ...permission,
            says: `Exchange lets the ${isPerson ? 'person' : 'app'} in: ${manage} is granted.`,
          },
          fault,
        ),
    settings?.kind === 'failed' && settings.meaning !== 'permission'
      ? notLookedAt(role)
      : judgeCall(
          settings,
          { ...role, says: 'Exchange showed its transport settings: a role allows it.' },
          fault,
        ),
    judgeCall(
      calls['exchange-trace'],
      { ...traces, says: 'Exchange answered a trace: a role allows it.' },
      fault,
    ),
  ];
}

/** Where Graph answers, Exchange stands in for it and shows connectors; where it does not, everything hangs on Exchange. */
export function needsExchange({ setUp, calls }: DoctorEvidence): boolean {
  return setUp.traces === 'exchange' || (setUp.traces === 'either' && calls.trace?.kind !== 'answered');
}

type Fault = (trouble: Trouble, told: Titled) => DoctorCheck;

function judgeCall(
  call: CallSight | null,
  told: Titled & { readonly says: string },
  fault: Fault,
): DoctorCheck {
  if (call === null) return notLookedAt(told);
  if (call.kind === 'answered') return okCheck(told);
  const { id, title } = told;
  // Told once, as that of the quota.
  if (call.trouble.kind === 'throttled') {
    return skippedCheck({ id, title, says: 'Not to be told before the pause is over.', after: 'quota' });
  }
  const check = fault(call.trouble, { id, title });
  return call.meaning === 'other' && check.state === 'broken' && isPassing(call.trouble)
    ? { ...check, state: 'unknown' }
    : check;
}

/** What may be otherwise at the next try proves nothing. */
function isPassing({ kind }: Trouble): boolean {
  return kind === 'unreachable' || kind === 'timeout' || kind === 'protocol';
}

function brokenBy(trouble: Trouble, told: Titled): DoctorCheck {
  const { kind, message, remedy, retryAfterSeconds } = trouble;
  return brokenCheck({ ...told, says: message, cure: remedy, reason: kind, retryAfterSeconds });
}

function warnedOf(trouble: Trouble, told: Titled): DoctorCheck {
  const { kind, message, remedy, retryAfterSeconds } = trouble;
  return warningCheck({ ...told, says: message, cure: remedy, reason: kind, retryAfterSeconds });
}
