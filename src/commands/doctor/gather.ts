/** Looks at one thing after the other, and at nothing behind what is broken: a question that must fail costs quota and tells nothing. */
import type {
  CallName,
  CallSight,
  DoctorEvidence,
  HostSight,
  TokenSight,
} from '#mailflow/doctor/doctor-evidence.js';
import type { DoctorSource } from '#mailflow/doctor/doctor-source.js';
import { isWorthUsing, lacks } from '#mailflow/doctor/judge-access.js';

interface Looking {
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

export async function gatherEvidence(source: DoctorSource, looking: Looking): Promise<DoctorEvidence> {
  const { signal, progress } = looking;
  const { machine, setUp, credential } = source;
  progress('Looking at this machine');
  const isSetUp = setUp.trouble === null;
  const [files, store, hosts] = await Promise.all([
    source.files(),
    source.store(),
    isSetUp ? source.hosts(signal) : null,
  ]);
  const seen = {
    ...{ now: looking.now(), machine, setUp, credential, files, store, hosts, quotas: [] },
    ...{ graphToken: null, exchangeToken: null, calls: NOTHING_ASKED },
  };
  if (!mayGoOn(seen)) return seen;
  const asked = await askServices(seen, source, looking);
  return { ...seen, ...asked, now: looking.now(), quotas: await source.quotas() };
}

const NOTHING_ASKED: DoctorEvidence['calls'] = {
  ...{ trace: null, health: null, messages: null, settings: null },
  'exchange-trace': null,
};

/** Nobody signs in where nothing is to sign in with, or where the way there is shut. */
function mayGoOn(evidence: DoctorEvidence): boolean {
  const { credential, hosts } = evidence;
  if (hosts === null || credential.kind === 'missing') return false;
  return !credential.needsSignIn || isReached(hosts, 'sign-in');
}

type Asked = Pick<DoctorEvidence, 'graphToken' | 'exchangeToken' | 'calls'>;

async function askServices(evidence: DoctorEvidence, source: DoctorSource, looking: Looking): Promise<Asked> {
  const hosts = evidence.hosts ?? [];
  looking.progress('Signing in');
  const graphToken = isReached(hosts, 'graph') ? await source.token('graph', looking.signal) : null;
  // Who was refused once is refused again: the credentials are the same.
  const mayAskExchange =
    graphToken?.kind !== 'refused' && evidence.setUp.traces !== 'graph' && isReached(hosts, 'exchange');
  const exchangeToken = mayAskExchange ? await source.token('exchange', looking.signal) : null;
  looking.progress('Asking Graph and Exchange for one line each');
  const [ofGraph, ofExchange] = await Promise.all([
    askGraph(graphToken, evidence, source, looking),
    askExchange(exchangeToken, source, looking, evidence.now),
  ]);
  return { graphToken, exchangeToken, calls: { ...NOTHING_ASKED, ...ofGraph, ...ofExchange } };
}

type Calls = Partial<Record<CallName, CallSight>>;

/** Traces first; where nobody is let in with this token, nothing else is asked with it. */
async function askGraph(
  token: TokenSight | null,
  { setUp, now }: DoctorEvidence,
  source: DoctorSource,
  { signal }: Looking,
): Promise<Calls> {
  if (token === null || !isWorthUsing(token, now)) return {};
  const trace = setUp.traces === 'exchange' ? null : await source.call('trace', signal);
  const told: Calls = trace === null ? {} : { trace };
  if (trace?.kind === 'failed' && (trace.meaning === 'token' || trace.meaning === 'other')) return told;
  const [health, messages] = await Promise.all([
    source.call('health', signal),
    lacks(token, 'ServiceMessage.Read.All') ? null : source.call('messages', signal),
  ]);
  return { ...told, health, ...(messages === null ? {} : { messages }) };
}

/** One question at a time, as Exchange wants it. */
async function askExchange(
  token: TokenSight | null,
  source: DoctorSource,
  { signal }: Looking,
  now: Date,
): Promise<Calls> {
  if (token === null || !isWorthUsing(token, now)) return {};
  const settings = await source.call('settings', signal);
  if (settings.kind === 'failed' && settings.meaning !== 'permission') return { settings };
  return { settings, 'exchange-trace': await source.call('exchange-trace', signal) };
}

function isReached(hosts: readonly HostSight[], target: HostSight['target']): boolean {
  return hosts.some((sight) => sight.target === target && sight.outcome.kind === 'reached');
}
