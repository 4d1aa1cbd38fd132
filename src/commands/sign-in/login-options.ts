import { lastOf, type RawArguments, readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import * as login from '#cli/login-flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import * as probeFlags from '#cli/probe-flags.js';
import { EMPTY_PROFILE, parseProfileName, type Profile } from '#cli/sign-in-port.js';
import { Failure } from '#failure.js';

export interface LoginOptions {
  /** Null: the default one, else `default`. */
  readonly name: string | null;
  /** What the flags say; null and empty where they say nothing. Paths as they were given. */
  readonly given: Profile;
  /** The secret comes from standard input, and is not written down. */
  readonly readsInput: boolean;
  readonly isDefault: boolean;
  readonly isYes: boolean;
  readonly isChecked: boolean;
  readonly isList: boolean;
}

export function parseLogin(raw: RawArguments, context: ParseContext): LoginOptions {
  const name = readFlag(raw, login.profileFlag, context);
  const secretFile = readFlag(raw, login.secretFileFlag, context);
  const given: Profile = {
    ...EMPTY_PROFILE,
    tenant: readFlag(raw, flags.tenantFlag, context),
    clientId: readFlag(raw, login.clientIdFlag, context),
    cloud: raw.valuesByFlag.has(flags.cloudFlag.name) ? readFlag(raw, flags.cloudFlag, context) : null,
    via: raw.valuesByFlag.has(flags.viaFlag.name) ? readFlag(raw, flags.viaFlag, context) : null,
    signIn: readFlag(raw, login.kindFlag, context),
    objectId: readFlag(raw, login.objectIdFlag, context),
    resourceId: readFlag(raw, login.resourceIdFlag, context),
    certificate: readFlag(raw, login.certificateFlag, context),
    certificatePasswordFile: readFlag(raw, login.certificatePasswordFileFlag, context),
    sendChain: readFlag(raw, login.sendChainFlag, context),
    secretFile: secretFile === '-' ? null : secretFile,
    tokenFile: readFlag(raw, login.tokenFileFlag, context),
    serviceConnection: readFlag(raw, login.serviceConnectionFlag, context),
    domains: readFlag(raw, flags.domainFlag, context),
    probeRecipient: readFlag(raw, probeFlags.probeRecipientFlag, context),
    quota: readFlag(raw, flags.quotaFlag, context),
    keepToken: readFlag(raw, login.keepTokenFlag, context),
  };
  refuseOddValues(raw, given);
  const options: LoginOptions = {
    name: name === null ? null : parseProfileName(name),
    given,
    readsInput: secretFile === '-',
    isDefault: readFlag(raw, login.defaultFlag, context),
    isYes: readFlag(raw, login.yesFlag, context),
    isChecked: !readFlag(raw, login.noCheckFlag, context),
    isList: readFlag(raw, login.listFlag, context),
  };
  refuseContradictions(options);
  return options;
}

const TENANT =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10})$/i;
const RESOURCE =
  /^\/subscriptions\/[\w-]{1,64}\/resourcegroups\/[^\s/]{1,90}\/providers\/microsoft\.managedidentity\/userassignedidentities\/[\w-]{1,128}$/i;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is no id could be a secret that stands in the wrong place: it is not shown. */
function refuseOddValues(raw: RawArguments, { tenant, clientId, objectId, resourceId }: Profile): void {
  if (clientId !== null && !GUID.test(clientId)) {
    throw new Failure('usage', '--client-id is no GUID.', {
      remedy:
        'Give the Application (client) ID of the app registration, as --client-id 22222222-2222-4222-8222-222222222222',
    });
  }
  if (objectId !== null && !GUID.test(objectId)) {
    throw new Failure('usage', '--object-id is no GUID.', {
      remedy:
        'Give the object (principal) ID of the managed identity, as --object-id 44444444-4444-4444-8444-444444444444',
    });
  }
  if (resourceId !== null && !RESOURCE.test(resourceId)) {
    throw new Failure('usage', '--resource-id is none of a user-assigned managed identity.', {
      remedy:
        'Give it whole, as /subscriptions/44444444-4444-4444-8444-444444444444/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity/userAssignedIdentities/NAME',
    });
  }
  if (tenant !== null && !TENANT.test(tenant)) {
    throw new Failure('usage', '--tenant is neither a GUID nor a domain.', {
      remedy: 'Give the Directory (tenant) ID or a domain of it, as --tenant contoso.example',
    });
  }
  const twice = [...raw.valuesByFlag].find(
    ([name, values]) =>
      values.length > 1 && name === login.secretFileFlag.name && lastOf(values) !== values[0],
  );
  if (twice !== undefined) {
    throw new Failure('usage', '--secret-file names two files.', { remedy: 'Give one of them.' });
  }
}

function refuseContradictions({ given, readsInput, isChecked, isList, name }: LoginOptions): void {
  refuseTwoIdentities(given);
  if (readsInput && !isChecked) {
    throw new Failure('usage', '--secret-file - and --no-check leave a secret that nobody uses.', {
      remedy: 'Leave --no-check out, or name a file with --secret-file.',
    });
  }
  const isIdle = isList && (name !== null || given.signIn !== null || given.tenant !== null);
  if (isIdle) {
    throw new Failure('usage', '--list shows all profiles and changes none.', {
      remedy: 'Give it alone, as mailcheck login --list',
    });
  }
}

function refuseTwoIdentities({ clientId, objectId, resourceId, signIn }: Profile): void {
  const isOfMachine = objectId !== null || resourceId !== null;
  if ([clientId, objectId, resourceId].filter((id) => id !== null).length > 1) {
    throw new Failure('usage', '--client-id, --object-id and --resource-id name the same thing.', {
      remedy: 'Give one of them.',
    });
  }
  if (isOfMachine && signIn !== null && signIn !== 'managed-identity') {
    throw new Failure('usage', `--object-id and --resource-id do not go with --kind ${signIn}.`, {
      remedy: 'They name a managed identity: give --kind managed-identity, or --client-id of the app.',
    });
  }
}
