/**
 * Which service to ask and as whom, merged from flags and environment. Pure: files named here are read by `main`.
 * An endpoint can be named by flag or environment only, never by a file in the working directory.
 */
import { type CloudName, CLOUDS, type Via } from './clouds.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ServiceFlags {
  readonly tenant: string | null;
  readonly via: Via;
  /** Whether Exchange may be asked where Graph does not answer. */
  readonly mayFallBack: boolean;
  readonly cloud: CloudName;
  readonly graphUrl: string | null;
  readonly exchangeUrl: string | null;
  readonly caFile: string | null;
}

export interface ServiceSettings {
  readonly via: Via;
  /** The base address of the service that is asked. */
  readonly url: string;
  /** A ready token for it; null signs in. Secret. */
  readonly readyToken: string | null;
  /** The variable that holds such a token. */
  readonly tokenVariable: string;
  /** The sign-in host of the cloud; `AZURE_AUTHORITY_HOST` is stronger. */
  readonly authorityHost: string;
  /** PEM file to trust beside the usual roots. */
  readonly caFile: string | null;
  /** GUID or domain. */
  readonly tenant: string | null;
  /** Whether every answer is marked as one from a simulated tenant; that changes labels, never behaviour. */
  readonly isDrill: boolean;
  /** The `AZURE_*` variables for signing in, with the tenant of the flags. Holds secrets. */
  readonly signInEnvironment: Environment;
}

export function resolveServiceSettings(flags: ServiceFlags, environment: Environment): ServiceSettings {
  const tenant = flags.tenant ?? textOf(environment, 'AZURE_TENANT_ID');
  return {
    ...serviceOf(flags, environment),
    authorityHost: CLOUDS[flags.cloud].authorityHost,
    caFile: flags.caFile ?? textOf(environment, 'MAILCHECK_CA_FILE'),
    tenant,
    isDrill: labelledDrill(environment) !== null,
    signInEnvironment: tenant === null ? environment : { ...environment, AZURE_TENANT_ID: tenant },
  };
}

/**
 * Exchange in the place of Graph; null where it is not to be asked, or could be another tenant's or be asked as somebody
 * else: one of the two addresses was named and the other was not, or a ready token is there for Graph alone.
 */
export function resolveFallBack(flags: ServiceFlags, environment: Environment): ServiceSettings | null {
  if (!flags.mayFallBack) return null;
  const isGraphNamed = (flags.graphUrl ?? textOf(environment, 'MAILCHECK_GRAPH_URL')) !== null;
  const isExchangeNamed = (flags.exchangeUrl ?? textOf(environment, 'MAILCHECK_EXCHANGE_URL')) !== null;
  const graph = resolveServiceSettings(flags, environment);
  const exchange = resolveServiceSettings({ ...flags, via: 'exchange' }, environment);
  const isSomebodyElse = graph.readyToken !== null && exchange.readyToken === null;
  return isGraphNamed !== isExchangeNamed || isSomebodyElse ? null : exchange;
}

type Service = Pick<ServiceSettings, 'via' | 'url' | 'readyToken' | 'tokenVariable'>;

function serviceOf({ via, cloud, graphUrl, exchangeUrl }: ServiceFlags, environment: Environment): Service {
  const [given, url, prefix] =
    via === 'graph'
      ? ([graphUrl, CLOUDS[cloud].graphUrl, 'MAILCHECK_GRAPH'] as const)
      : ([exchangeUrl, CLOUDS[cloud].exchangeUrl, 'MAILCHECK_EXCHANGE'] as const);
  const tokenVariable = `${prefix}_TOKEN`;
  return {
    via,
    url: given ?? textOf(environment, `${prefix}_URL`) ?? url,
    readyToken: textOf(environment, tokenVariable),
    tokenVariable,
  };
}

/** The scenario that `MAILCHECK_SOURCE_LABEL=drill:SCENARIO` names; null when answers are real. */
export function labelledDrill(environment: Environment): string | null {
  const [word, scenario] = (textOf(environment, 'MAILCHECK_SOURCE_LABEL') ?? '').split(':');
  return word === 'drill' ? (scenario ?? 'in another shell') : null;
}

/** An empty variable counts as absent: CI systems set unset secrets to nothing. */
export function textOf(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? null : value;
}
