/** What a probe was for: without it, what was seen means little. */

export interface ProbePath {
  /** As findings name it: `smtp.fabrikam.example [192.0.2.25]:25`. */
  readonly subject: string;
  /** `smart-host`: a relay may admit Microsoft's addresses only, so what it refuses us proves nothing. `mx`: open to all senders. */
  readonly kind: 'smart-host' | 'mx' | 'named';
  /** Mail depends on it: an enabled connector or the MX of an accepted domain leads here. */
  readonly isNeeded: boolean;
  readonly tls: TlsDemand;
  /** Deferrals in the trace (4.4.312 to 4.4.318) name this host: what fails here fails for Microsoft as well. */
  readonly confirmedByDeferrals: boolean;
}

/** What the sending side asks of TLS; a connector's words for it are EncryptionOnly, CertificateValidation, DomainValidation. */
export type TlsDemand =
  /** Taken where it is offered, whatever the certificate. */
  | { readonly kind: 'opportunistic' }
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'trusted' }
  /** Trusted, and the certificate bears this domain, as `mail.contoso.example` or `*.contoso.example`. */
  | { readonly kind: 'named'; readonly domain: string };

/** What control probes say of our own way out; null where none was made. */
export interface OwnNetwork {
  readonly ownNetworkOk: boolean | null;
  readonly port25Open: boolean | null;
}
