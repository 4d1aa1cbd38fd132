/**
 * Which service to ask and as whom, merged from flags and environment. Pure: files named here are read by `main`.
 * An endpoint can be named by flag or environment only, never by a file in the working directory.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ServiceFlags {
  readonly tenant: string | null;
  readonly graphUrl: string | null;
  readonly caFile: string | null;
}

export interface ServiceSettings {
  readonly graphUrl: string;
  /** A ready token for Graph; null signs in. Secret. */
  readonly graphToken: string | null;
  /** PEM file to trust beside the usual roots. */
  readonly caFile: string | null;
  /** GUID or domain. */
  readonly tenant: string | null;
  /** `drill` marks every answer as one from a simulated tenant; it changes labels, never behaviour. */
  readonly label: 'graph' | 'drill';
  /** The `AZURE_*` variables for signing in, with the tenant of the flags. Holds secrets. */
  readonly signInEnvironment: Environment;
}

const GRAPH = 'https://graph.microsoft.com';

export function resolveServiceSettings(flags: ServiceFlags, environment: Environment): ServiceSettings {
  const tenant = flags.tenant ?? textOf(environment, 'AZURE_TENANT_ID');
  return {
    graphUrl: flags.graphUrl ?? textOf(environment, 'MAILCHECK_GRAPH_URL') ?? GRAPH,
    graphToken: textOf(environment, 'MAILCHECK_GRAPH_TOKEN'),
    caFile: flags.caFile ?? textOf(environment, 'MAILCHECK_CA_FILE'),
    tenant,
    label: labelledDrill(environment) === null ? 'graph' : 'drill',
    signInEnvironment: tenant === null ? environment : { ...environment, AZURE_TENANT_ID: tenant },
  };
}

/** The scenario that `MAILCHECK_SOURCE_LABEL=drill:SCENARIO` names; null when answers are real. */
export function labelledDrill(environment: Environment): string | null {
  const [word, scenario] = (textOf(environment, 'MAILCHECK_SOURCE_LABEL') ?? '').split(':');
  return word === 'drill' ? (scenario ?? 'in another shell') : null;
}

/** An empty variable counts as absent: CI systems set unset secrets to nothing. */
function textOf(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? null : value;
}
