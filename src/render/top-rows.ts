/** Keeps the best rows of a stream in constant memory: a heap whose root is the first to go. */

interface TopRows<Row> {
  readonly offer: (row: Row) => void;
  /** Best first; equals in the order in which they were offered. */
  readonly best: () => readonly Row[];
}

interface Entry<Row> {
  readonly row: Row;
  readonly rank: number;
  readonly order: number;
}

/** `limit` may be Infinity. A rank that is no number counts as the lowest. */
export function createTopRows<Row>(limit: number, rank: (row: Row) => number): TopRows<Row> {
  const heap: Entry<Row>[] = [];
  let order = 0;
  return {
    offer: (row) => {
      if (limit === 0) return;
      const value = rank(row);
      const entry = { row, rank: Number.isNaN(value) ? -Infinity : value, order };
      order += 1;
      const root = heap[0];
      if (heap.length < limit) {
        heap.push(entry);
        siftUp(heap);
      } else if (root !== undefined && isWorse(root, entry)) {
        heap[0] = entry;
        siftDown(heap);
      }
    },
    best: () => [...heap].sort((a, b) => (isWorse(a, b) ? 1 : -1)).map((entry) => entry.row),
  };
}

function isWorse<Row>(a: Entry<Row>, b: Entry<Row>): boolean {
  return a.rank === b.rank ? a.order > b.order : a.rank < b.rank;
}

function siftUp<Row>(heap: Entry<Row>[]): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfWorse(heap, at, parent)) return;
    at = parent;
  }
}

function siftDown<Row>(heap: Entry<Row>[]): void {
  let at = 0;
  for (;;) {
    const worst = worseOf(heap, 2 * at + 1, 2 * at + 2);
    if (!swapIfWorse(heap, worst, at)) return;
    at = worst;
  }
}

function worseOf<Row>(heap: readonly Entry<Row>[], left: number, right: number): number {
  const [a, b] = [heap[left], heap[right]];
  return a !== undefined && b !== undefined && isWorse(b, a) ? right : left;
}

/** True when the entry below was worse than the one above, and they changed places. */
function swapIfWorse<Row>(heap: Entry<Row>[], below: number, above: number): boolean {
  const [low, high] = [heap[below], heap[above]];
  if (low === undefined || high === undefined || !isWorse(low, high)) return false;
  heap[below] = high;
  heap[above] = low;
  return true;
}
