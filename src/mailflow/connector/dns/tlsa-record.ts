/** One TLSA record (RFC 6698, section 2.1) as it came: which certificate a host must show. */
export interface TlsaRecord {
  /** 2: a trust anchor above the host's certificate. 3: the host's certificate. 0 and 1 do not work for mail. */
  readonly usage: number;
  /** 0: the whole certificate. 1: its public key. */
  readonly selector: number;
  /** 0: itself. 1: its SHA-256. 2: its SHA-512. */
  readonly matchingType: number;
  /** Lower-case hexadecimal. */
  readonly association: string;
  /** SHA-256 of the association: what is given whole is compared by hash. Lower-case hexadecimal. */
  readonly associationSha256: string;
}
