import { X509Certificate } from 'node:crypto';

interface CertificateFacts {
  readonly endsAt: Date;
  /** As the app registration shows it: SHA-1, in capitals. */
  readonly thumbprint: string;
}

/** Of the first certificate in a PEM text; null where there is none that can be read. */
export function certificateFacts(pem: string | Uint8Array): CertificateFacts | null {
  try {
    const { validTo, fingerprint } = new X509Certificate(pem);
    return { endsAt: new Date(validTo), thumbprint: fingerprint.replaceAll(':', '') };
  } catch {
    return null;
  }
}
