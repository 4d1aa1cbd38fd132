/** The tenant and its one registered application. */
export interface Registration {
  readonly tenantId: string;
  /** A verified domain, which names the tenant as well as its GUID does. */
  readonly tenantDomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** In PEM, uploaded to the application. */
  readonly certificates: readonly string[];
  readonly federated: readonly FederatedCredential[];
  /** The one who signs in with a browser or a code. */
  readonly person: Person;
}

/** Whom an app trusts to vouch for it. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface Person {
  readonly name: string;
  readonly objectId: string;
}
