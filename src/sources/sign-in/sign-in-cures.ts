/**
 * What to do about the codes that admins meet most.
 * Meanings: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const SIGN_IN_CURES: ReadonlyMap<string, SignInCure> = new Map([
  [
    '7000215',
    {
      meaning: 'the client secret is wrong',
      remedy: 'Put the value of the secret in AZURE_CLIENT_SECRET, not its id.',
    },
  ],
  [
    '7000222',
    {
      meaning: 'the client secret has expired',
      remedy: 'Create a new secret (or use a certificate) and set AZURE_CLIENT_SECRET.',
    },
  ],
  [
    '700016',
    {
      meaning: 'the tenant does not know this app',
      remedy: 'Compare AZURE_CLIENT_ID and AZURE_TENANT_ID with the app registration.',
    },
  ],
  [
    '90002',
    {
      meaning: 'the tenant was not found',
      remedy: 'Check AZURE_TENANT_ID, and that the cloud is the one the tenant lives in.',
    },
  ],
  [
    '65001',
    {
      meaning: 'nobody has consented to what the app asks for',
      remedy: 'Let an administrator grant admin consent to the app registration.',
    },
  ],
  [
    '650052',
    {
      meaning: 'the tenant has no service principal for the service that is asked',
      remedy: 'Let an administrator grant admin consent to the app registration.',
    },
  ],
  [
    '500011',
    {
      meaning: 'the tenant does not know the service that the token is for',
      remedy: 'Check that the Graph address and the cloud belong to the tenant.',
    },
  ],
  [
    '700027',
    {
      meaning: 'the certificate is not one of the app',
      remedy: 'Upload the certificate to the app registration and compare its thumbprint.',
    },
  ],
  [
    '700024',
    {
      meaning: 'the signed request is outside its time',
      remedy: 'Set the clock of this machine right; the certificate and the secret may be fine.',
    },
  ],
  [
    '70021',
    {
      meaning: 'no federated credential of the app matches',
      remedy: 'Compare issuer, subject and audience of the federated credential.',
    },
  ],
  [
    '700213',
    {
      meaning: 'no federated credential of the app matches',
      remedy: 'Compare issuer, subject and audience of the federated credential.',
    },
  ],
  [
    '50076',
    {
      meaning: 'a second factor is required',
      remedy: 'Use an app registration with a secret or certificate: no person can be asked here.',
    },
  ],
  [
    '50079',
    {
      meaning: 'a second factor must be enrolled',
      remedy: 'Use an app registration with a secret or certificate: no person can be asked here.',
    },
  ],
  [
    '53003',
    {
      meaning: 'Conditional Access blocks this sign-in',
      remedy: 'Let an administrator admit this app or this network in Conditional Access.',
    },
  ],
]);

interface SignInCure {
  readonly meaning: string;
  readonly remedy: string;
}
