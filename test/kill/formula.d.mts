export const ROWS: number;
export const ROWS_PER_PAGE: number;
export const NEWEST_MS: number;
export const LAST_GENERATION: number;
export function receivedMs(number: number): number;
export function statusOf(number: number, generation: number): string;
export function idOf(number: number): string;
