/** Whether a probe may be led to an address. Total: what is no address is barred. */
import { type AddressRange, BARRED_RANGES, CARRYING_RANGES } from './address-range.js';
import { type IpAddress, parseIpAddress } from './ip-address.js';

interface Block {
  readonly first: IpAddress;
  readonly prefixBits: number;
}

const BLOCKS = BARRED_RANGES.map((range) => ({ range, block: blockOf(range.range) }));
const CARRYING = CARRYING_RANGES.map(blockOf);
const NO_ADDRESS: AddressRange = { range: '', kind: 'no address', isAllowable: false };

/** The range that forbids it; null when it may be connected to. */
export function barringRange(
  text: string,
  { allowPrivate }: { readonly allowPrivate: boolean },
): AddressRange | null {
  const address = parseIpAddress(text);
  if (address === null) return NO_ADDRESS;
  const meant = carriedBy(address);
  const found = BLOCKS.find(({ block }) => isWithin(meant, block));
  if (found === undefined || (allowPrivate && found.range.isAllowable)) return null;
  return found.range;
}

export function isLoopback(text: string): boolean {
  return barringRange(text, { allowPrivate: false })?.kind === 'loopback';
}

function carriedBy(address: IpAddress): IpAddress {
  if (!CARRYING.some((block) => isWithin(address, block))) return address;
  return { bits: 32, value: address.value & 0xff_ff_ff_ffn };
}

function isWithin({ bits, value }: IpAddress, { first, prefixBits }: Block): boolean {
  if (bits !== first.bits) return false;
  const rest = BigInt(bits - prefixBits);
  return value >> rest === first.value >> rest;
}

function blockOf(range: string): Block {
  const [address = '', prefix = ''] = range.split('/');
  const first = parseIpAddress(address);
  if (first === null) throw new Error(`${range} is no range`);
  return { first, prefixBits: Number(prefix) };
}
