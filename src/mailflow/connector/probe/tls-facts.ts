/** What a probe learns of TLS. The handshake accepts any certificate; whether it holds is told apart, point by point. */

export type TlsSight =
  /** The probe was not to go, or did not get, that far. */
  | { readonly kind: 'not-seen' }
  /** `masked`: the word in whose place a box on the way put something of the same length, as `XXXXXXXA`; null when there is none. */
  | { readonly kind: 'not-offered'; readonly masked: string | null }
  /** Offered, and then answered with another code than 220. The reply stands at its phase. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'injected' }
  /** The code of Node or OpenSSL, as `ERR_SSL_WRONG_VERSION_NUMBER`. */
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'established'; readonly facts: TlsFacts };

export interface TlsFacts {
  /** As `TLSv1.3`. */
  readonly protocol: string;
  /** The name that IANA gives it. */
  readonly cipher: string;
  readonly nameCheck: 'matches' | 'differs' | 'no-name';
  readonly chainCheck: ChainCheck;
  /** Null when the server showed none. */
  readonly certificate: CertificateFacts | null;
}

export type ChainCheck =
  | { readonly kind: 'trusted' }
  /** OpenSSL's word, as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  | { readonly kind: 'untrusted'; readonly code: string }
  /** Only the dates are wrong, of this certificate or of one above it. */
  | { readonly kind: 'out-of-date'; readonly code: string };

export interface CertificateFacts {
  /** One part in a line, as Node writes it. Remote text. */
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names that are DNS names, the first 100. Remote text. */
  readonly names: readonly string[];
  /** All of them, those that are left out as well. */
  readonly nameCount: number;
  /** Null when the certificate's date cannot be read. */
  readonly validFrom: Date | null;
  readonly validTo: Date | null;
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
  readonly isSelfSigned: boolean;
  /** This certificate first, then those above it as far as they were sent or are known here; at most 10. */
  readonly chain: readonly ChainLink[];
}

/** What TLSA records compare (RFC 6698, section 2.1): hashes in lower-case hexadecimal. A record with matching type 0 is hashed first. */
export interface ChainLink {
  readonly subject: string;
  readonly certificateSha256: string;
  readonly certificateSha512: string;
  readonly publicKeySha256: string;
  readonly publicKeySha512: string;
  /** The key of the link above has signed this one; names alone would make any certificate a link. False where none is above. */
  readonly isSignedByNext: boolean;
}
