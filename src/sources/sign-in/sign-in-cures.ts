/**
 * What to do about the codes that admins meet most.
 * Meanings: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */

export interface SignInCure {
  readonly meaning: string;
  readonly remedy: string;
  /** A person who signs in once more is rid of it; then that is the remedy. */
  readonly isCuredBySigningIn?: true;
  /** Asking again will help. */
  readonly isPassing?: true;
}

const CONSENT = 'Let an administrator grant admin consent to the app registration.';
const NO_PERSON = 'Use an app registration with a secret or certificate: no person can be asked here.';
const FEDERATED = 'Compare issuer, subject and audience of the federated credential.';
const ADMIT = 'Let an administrator admit this app or this network in Conditional Access.';
const ACCOUNT = 'Let an administrator look at the account, or sign in as somebody else with mailcheck login.';
const TENANT = 'Check AZURE_TENANT_ID, and that the cloud is the one the tenant lives in.';
const IDS = 'Compare AZURE_CLIENT_ID and AZURE_TENANT_ID with the app registration.';
const SIGN_IN = 'Sign in again with mailcheck login.';

export const SIGN_IN_CURES: ReadonlyMap<string, SignInCure> = new Map<string, SignInCure>([
  ...cure(['7000215'], {
    meaning: 'the client secret is wrong',
    remedy: 'Put the value of the secret in AZURE_CLIENT_SECRET (or the secret file), not its id.',
  }),
  ...cure(['7000222'], {
    meaning: 'the client secret has expired',
    remedy:
      'Create a new secret (or use a certificate) and set AZURE_CLIENT_SECRET, or put it in the secret file.',
  }),
  ...cure(['7000216', '7000218'], {
    meaning: 'the app proved nothing, and it is not registered as one of a person',
    remedy:
      'Give a secret or certificate; for a device code or browser set "Allow public client flows" in the app registration.',
  }),
  ...cure(['700016'], { meaning: 'the tenant does not know this app', remedy: IDS }),
  ...cure(['7000112', '500014'], {
    meaning: 'the app, or the service that it asks for, is disabled in the tenant',
    remedy: 'Enable it under Enterprise applications, Properties, "Enabled for users to sign-in".',
  }),
  ...cure(['90002'], { meaning: 'the tenant was not found', remedy: TENANT }),
  ...cure(['900023'], { meaning: 'the tenant is neither a GUID nor a domain', remedy: TENANT }),
  ...cure(['90038', '900382', '900432'], {
    meaning: 'the tenant lives in another cloud',
    remedy: 'Name its cloud, as --cloud gcc-high, dod or china.',
  }),
  ...cure(['5000225'], {
    meaning: 'the tenant is blocked because nobody used it',
    remedy: 'Let a global administrator reactivate the tenant.',
  }),
  ...cure(['65001', '650056', '65004'], {
    meaning: 'nobody has consented to what the app asks for',
    remedy: CONSENT,
  }),
  ...cure(['650052', '650057'], {
    meaning: 'the tenant has no service principal for the service that is asked',
    remedy: CONSENT,
  }),
  ...cure(['500011'], {
    meaning: 'the tenant does not know the service that the token is for',
    remedy: 'Check that the Graph address and the cloud belong to the tenant.',
  }),
  ...cure(['700027', '700030'], {
    meaning: 'the certificate is not one of the app',
    remedy: 'Upload the certificate to the app registration and compare its thumbprint.',
  }),
  ...cure(['700024'], {
    meaning: 'the signed request is outside its time',
    remedy: 'Set the clock of this machine right; the certificate and the secret may be fine.',
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
  ...cure(['50079', '50072'], {
    meaning: 'a second factor must be enrolled',
    remedy: NO_PERSON,
    isCuredBySigningIn: true,
  }),
  ...cure(['53003', '530034'], { meaning: 'Conditional Access blocks this sign-in', remedy: ADMIT }),
  ...cure(['53000', '53001', '530003', '50005'], {
    meaning: 'Conditional Access wants a managed device',
    remedy: ADMIT,
  }),
  ...cure(['50057'], { meaning: 'the account is disabled', remedy: ACCOUNT }),
  ...cure(['50053'], { meaning: 'the account is locked', remedy: ACCOUNT }),
  ...cure(['50055'], { meaning: 'the password of the account has expired', remedy: ACCOUNT }),
  ...cure(['50034', '50020'], { meaning: 'the account is not one of this tenant', remedy: TENANT }),
  ...cure(['50105'], {
    meaning: 'the account is not assigned to the app',
    remedy: 'Assign it under Enterprise applications, Users and groups.',
  }),
  ...cure(['50011'], {
    meaning: 'the app does not know the address that the browser comes back to',
    remedy: 'Add http://localhost under "Mobile and desktop applications" in the app registration.',
  }),
  ...cure(['50173', '700082', '70043', '700084', '70008', '50132', '50133', '70000'], {
    meaning: 'what was kept of the sign-in is no longer valid: revoked, too old, or the password was changed',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['70018', '70019', '70020'], {
    meaning: 'the code was not entered in time',
    remedy: SIGN_IN,
    isCuredBySigningIn: true,
  }),
  ...cure(['90033', '90036'], {
    meaning: 'the sign-in service is in trouble for the moment',
    remedy: 'Try again in some minutes.',
    isPassing: true,
  }),
  ...cure(['50196', '90055'], {
    meaning: 'there were too many sign-ins of this app',
    remedy:
      'Wait some minutes; find what signs in over and over, or keep tokens with mailcheck login --keep-token.',
    isPassing: true,
  }),
]);

function cure(codes: readonly string[], found: SignInCure): readonly (readonly [string, SignInCure])[] {
  return codes.map((code) => [code, found] as const);
}
