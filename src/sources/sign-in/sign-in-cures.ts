/**
 * What to do about the codes that admins meet most.
 * Meanings: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
import type { ClientProof } from './credential.js';

export interface SignInCure {
  readonly meaning: string;
  readonly remedy: string;
  /** Where who signs in otherwise hears something else by the same code. */
  readonly byProof?: Readonly<Partial<Record<ProofName, Partial<Words>>>>;
  /** A person who signs in once more is rid of it; then that is the remedy. */
  readonly isCuredBySigningIn?: true;
  /** What lacks is the consent of the tenant to this app. */
  readonly isConsent?: true;
  /** It is one of the tenant, whatever app asks. */
  readonly isOfTenant?: true;
  /** Asking again will help. */
  readonly isPassing?: true;
}

type Words = Pick<SignInCure, 'meaning' | 'remedy'>;
type ProofName = 'assertion' | 'device-code' | 'browser';

const CONSENT =
  'Let an administrator add the permissions of mailcheck help permissions to the app registration and grant admin consent.';
const NO_PERSON = 'Use an app registration with a secret or certificate: no person can be asked here.';
const FEDERATED = 'Compare issuer, subject and audience of the federated credential.';
const ADMIT = 'Let an administrator admit this app or this network in Conditional Access.';
const ACCOUNT = 'Let an administrator look at the account, or sign in as somebody else with mailcheck login.';
const TENANT =
  'Check the tenant (--tenant, the profile, or AZURE_TENANT_ID), and that --cloud is the one it lives in.';
const IDS =
  'Compare AZURE_CLIENT_ID and AZURE_TENANT_ID, or those of the profile, with the app registration.';
const SIGN_IN = 'Sign in again with mailcheck login.';
const IN_MINUTES = 'Try again in some minutes.';
const NO_PROOF = 'the app proved nothing, and it is not registered as one of a person';
const PUBLIC = {
  remedy: 'Set "Allow public client flows" to yes in the app registration, under Authentication.',
};
const BLOCKED = {
  remedy: `${ADMIT} Many tenants block the code alone: mailcheck login --kind browser may be let in.`,
};

const SIGN_IN_CURES: ReadonlyMap<string, SignInCure> = new Map<string, SignInCure>([
  ...cure(['7000215', '70002'], {
    meaning: 'the client secret is wrong',
    remedy:
      'Put the value of the secret in AZURE_CLIENT_SECRET (or the secret file), not its id; where the app registration lists it no more, create a new one.',
  }),
  ...cure(['7000222'], {
    meaning: 'the client secret has expired',
    remedy:
      'Create a new secret (or use a certificate) and set AZURE_CLIENT_SECRET, or put it in the secret file.',
  }),
  ...cure(['7000216', '7000218'], {
    meaning: NO_PROOF,
    remedy: 'Give a secret or certificate.',
    byProof: { 'device-code': PUBLIC, browser: PUBLIC },
  }),
  ...cure(['700025'], {
    meaning: 'the app is registered as one of a person, which has no secret or certificate',
    remedy: 'Sign in by mailcheck login --kind device-code or browser, or register an app for a service.',
  }),
  ...cure(['700016', '700011'], { meaning: 'the tenant does not know this app', remedy: IDS }),
  ...cure(['7000229'], {
    meaning: 'the app is registered, and has no service principal in the tenant',
    remedy: 'Create it once: az ad sp create --id APP, or New-MgServicePrincipal -AppId APP.',
  }),
  ...cure(['7000112', '70001', '500014'], {
    meaning: 'the app, or the service that it asks for, is disabled in the tenant',
    remedy: 'Enable it under Enterprise applications, Properties, "Enabled for users to sign-in".',
  }),
  ...cure(['90002'], { meaning: 'the tenant was not found', remedy: TENANT, isOfTenant: true }),
  ...cure(['900023'], {
    meaning: 'the tenant is neither a GUID nor a domain',
    remedy: TENANT,
    isOfTenant: true,
  }),
  ...cure(['90038', '900382', '900432'], {
    meaning: 'the tenant lives in another cloud',
    remedy: 'Name its cloud, as --cloud gcc-high, dod or china.',
    isOfTenant: true,
  }),
  ...cure(['5000224', '5000225'], {
    meaning: 'the tenant is blocked because nobody used it',
    remedy: 'Let a global administrator ask Microsoft for its reactivation; after 20 days it is deleted.',
    isOfTenant: true,
  }),
  ...cure(['50002', '500021', '500022'], {
    meaning: 'a proxy of this network admits other tenants only (tenant restrictions)',
    remedy: 'Have the tenant admitted where the proxy sets the header Restrict-Access-To-Tenants.',
    isOfTenant: true,
  }),
  ...cure(['65001', '650056', '65005', '90008', '90094', '90095'], {
    meaning: 'nobody has consented to what the app asks for',
    remedy: CONSENT,
    isConsent: true,
  }),
  ...cure(['65002'], {
    meaning: 'an app of Microsoft may not ask this service in your tenant',
    remedy: 'Use an app registration of your own (mailcheck help permissions).',
    isConsent: true,
  }),
  ...cure(['65004'], {
    meaning: 'who signed in declined what the app asks for',
    remedy: CONSENT,
    isCuredBySigningIn: true,
  }),
  ...cure(['650052'], {
    meaning: 'the tenant has no service principal for the service that is asked',
    remedy: CONSENT,
    isConsent: true,
  }),
  ...cure(['650057'], {
    meaning: 'the app registration does not list the service that is asked',
    remedy: CONSENT,
    isConsent: true,
  }),
  ...cure(['500011', '50001'], {
    meaning: 'the tenant does not know the service that the token is for',
    remedy:
      'Name the cloud of the tenant, as --cloud gcc-high, and check --graph-url and --exchange-url where they are set; a tenant without Exchange Online has no such service.',
  }),
  ...cure(['700027'], {
    meaning: 'the certificate is not one of the app',
    remedy:
      'Upload the certificate to the app registration (Certificates & secrets) and compare its thumbprint.',
    byProof: {
      assertion: {
        meaning: 'the signature of the federated token does not hold',
        remedy: 'Check that its issuer can be reached from the internet and shows the keys it signs with.',
      },
    },
  }),
  ...cure(['1000502'], {
    meaning: 'the certificate is outside its time',
    remedy: 'Create a new certificate and upload it to the app registration, or set the clock right.',
  }),
  ...cure(['700030'], {
    meaning: 'the app trusts certificates by their subject name, and not by this one',
    remedy:
      'Use a certificate with a name that the app registration lists, and send its chain (--send-chain).',
  }),
  ...cure(['700024'], {
    meaning: 'the signed request is outside its time',
    remedy: 'Set the clock of this machine right; the certificate may be fine.',
    byProof: {
      assertion: {
        meaning: 'the federated token is outside its time: it has expired, or its issuer has a wrong clock',
        remedy:
          'Have it issued anew: a pod renews AZURE_FEDERATED_TOKEN_FILE each hour, a build job asks for one at each sign-in.',
      },
    },
  }),
  ...cure(['70021'], { meaning: 'no federated credential of the app matches', remedy: FEDERATED }),
  ...cure(['700211'], {
    meaning: 'no federated credential of the app has this issuer',
    remedy: FEDERATED,
  }),
  ...cure(['700212'], {
    meaning: 'no federated credential of the app has this audience',
    remedy: FEDERATED,
  }),
  ...cure(['700213'], {
    meaning:
      'no federated credential of the app matches: another subject, as another branch or service connection',
    remedy: FEDERATED,
  }),
  ...cure(['50076', '50074'], {
    meaning: 'a second factor is required',
    remedy: NO_PERSON,
    isCuredBySigningIn: true,
  }),
  ...cure(['50078'], {
    meaning: 'the second factor was given too long ago',
    remedy: NO_PERSON,
    isCuredBySigningIn: true,
  }),
  ...cure(['50079', '50072'], {
    meaning: 'a second factor must be enrolled',
    remedy: NO_PERSON,
    isCuredBySigningIn: true,
  }),
  ...cure(['53003', '530032', '50131', '53002'], {
    meaning: 'Conditional Access blocks this sign-in',
    remedy: ADMIT,
    byProof: { 'device-code': BLOCKED },
  }),
  ...cure(['53000', '53001', '530003', '50097'], {
    meaning: 'Conditional Access wants a managed device',
    remedy: ADMIT,
  }),
  ...cure(['50005'], {
    meaning: 'Conditional Access does not admit the operating system of this device',
    remedy: ADMIT,
  }),
  ...cure(['530035'], {
    meaning: 'the security defaults of the tenant block this sign-in',
    remedy: ADMIT,
  }),
  ...cure(['530034', '53011'], {
    meaning: 'the account is blocked because its home tenant holds it to be at risk',
    remedy: ACCOUNT,
  }),
  ...cure(['50057'], { meaning: 'the account is disabled', remedy: ACCOUNT }),
  ...cure(['50053'], {
    meaning: 'the account is locked after wrong passwords, or this network is held to be malicious',
    remedy: ACCOUNT,
  }),
  ...cure(['50055', '50144'], { meaning: 'the password of the account has expired', remedy: ACCOUNT }),
  ...cure(['50034', '50020', '16003', '51004'], {
    meaning: 'the account is not one of this tenant',
    remedy: `Sign in with an account of the tenant, or have it added as a guest. ${TENANT}`,
  }),
  ...cure(['50105'], {
    meaning: 'the account is not assigned to the app',
    remedy: 'Assign it under Enterprise applications, Users and groups.',
  }),
  ...cure(['50011', '900971'], {
    meaning: 'the app does not know the address that the browser comes back to',
    remedy: 'Add http://localhost under "Mobile and desktop applications" in the app registration.',
  }),
  ...cure(['50173'], {
    meaning: 'the sign-in was revoked, by an administrator or by the person',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['50132', '50133'], {
    meaning: 'the password was changed since this sign-in, or has expired',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['700082', '700081', '70008', '50089'], {
    meaning: 'nobody used the sign-in for so long that it has expired',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['70043', '700084'], {
    meaning: 'the tenant wants a new sign-in more often, and this one has expired',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['70000'], {
    meaning: 'what was kept of the sign-in is not valid',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['70018'], {
    meaning: 'another code was entered than the one that was shown',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['70019', '70020'], {
    meaning: 'the code was not entered in time',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['90033', '50033', '90006', '90012', '90024', '90090'], {
    meaning: 'the sign-in service is in trouble for the moment',
    remedy: IN_MINUTES,
    isPassing: true,
  }),
  ...cure(['50000', '90036'], {
    meaning: 'the sign-in service failed, and says that trying again does not help',
    remedy: 'Open a support case at Microsoft with the request id.',
  }),
  ...cure(['50196'], {
    meaning: 'the app asked for the same token too often in a short time',
    remedy:
      'Wait some minutes; find what signs in over and over, or keep tokens with mailcheck login --keep-token.',
    isPassing: true,
  }),
  ...cure(['90055'], {
    meaning: 'the tenant has too many sign-ins at the moment',
    remedy: IN_MINUTES,
    isPassing: true,
  }),
]);

/** Of the first that is listed; in the words for who signs in so. Null for codes that nobody listed. */
export function cureOf(codes: readonly string[], proof: ClientProof | null = null): SignInCure | null {
  const found = codes.map((code) => SIGN_IN_CURES.get(code)).find((each) => each !== undefined);
  if (found === undefined) return null;
  const name = nameOf(proof);
  return name === null ? found : { ...found, ...found.byProof?.[name] };
}

function nameOf(proof: ClientProof | null): ProofName | null {
  if (proof?.kind === 'person') return proof.way;
  return proof?.kind === 'assertion' ? 'assertion' : null;
}

function cure(codes: readonly string[], found: SignInCure): readonly (readonly [string, SignInCure])[] {
  return codes.map((code) => [code, found] as const);
}
