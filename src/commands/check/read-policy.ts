import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { type CheckPolicy, DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import { faultText, type PolicyDocument, type PolicyFault } from '#mailflow/check/policy-document.js';
import { readCheckPolicy } from '#mailflow/check/read-check-policy.js';

export interface NamedPolicy {
  readonly policy: CheckPolicy;
  /** Null for the usual one. */
  readonly file: { readonly path: string; readonly document: PolicyDocument } | null;
}

/** That of the file, or the usual one where none is named. Rejects with an input failure that names all that is wrong. */
export async function readPolicy(
  path: string | null,
  ports: Pick<Ports, 'policyFile'>,
): Promise<NamedPolicy> {
  if (path === null) return { policy: DEFAULT_CHECK_POLICY, file: null };
  const text = await ports.policyFile(path);
  if (!text.ok) throw policyFailure(path, text.faults);
  const read = readCheckPolicy(text.document);
  if (!read.ok) throw policyFailure(path, read.faults);
  return { policy: read.policy, file: { path, document: text.document } };
}

/** More would run off the screen. */
const MOST_SHOWN = 10;

function policyFailure(path: string, faults: readonly PolicyFault[]): Failure {
  const [first, second] = faults;
  if (first !== undefined && second === undefined) {
    const { cure, ...fault } = first;
    return new Failure('input', faultText(path, { ...fault, cure: '' }).trimEnd(), { remedy: cure });
  }
  const details = faults.slice(0, MOST_SHOWN).map((fault) => faultText(path, fault));
  const left = faults.length - details.length;
  return new Failure('input', `${path} has ${faults.length} faults, so that nothing was judged by it.`, {
    details: left === 0 ? details : [...details, `And ${left} more.`],
    remedy:
      'Mend them; mailcheck check --list shows what there is to set, mailcheck check init a policy whole.',
  });
}
