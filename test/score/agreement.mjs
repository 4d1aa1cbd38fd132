// Counts agreement by column and by row, and keeps each disagreement once.

export function createTally() {
  const counts = new Map();
  const wrong = new Set();
  const skipped = new Map();
  const rowsByColumn = new Map();

  function add(column, agrees, told, row = null) {
    const [good, all] = counts.get(column) ?? [0, 0];
    counts.set(column, [good + (agrees ? 1 : 0), all + 1]);
    if (!agrees) wrong.add(`${column} ${told}`);
    if (row === null) return;
    const rows = rowsByColumn.get(column) ?? new Map();
    rowsByColumn.set(column, rows.set(row, (rows.get(row) ?? true) && agrees));
  }

  function skip(why) {
    skipped.set(why, (skipped.get(why) ?? 0) + 1);
  }

  function print(title) {
    console.log(title);
    for (const [column, [good, all]] of counts) {
      const rows = rowsByColumn.get(column);
      const whole =
        rows === undefined
          ? ''
          : `; rows wholly right ${[...rows.values()].filter(Boolean).length}/${rows.size}`;
      console.log(`  ${column.padEnd(14)} ${((100 * good) / all).toFixed(1)} % (${good}/${all})${whole}`);
    }
    for (const [why, count] of skipped) console.log(`  left out: ${count}, ${why}`);
    for (const told of wrong) console.log(`    ${told}`);
  }

  return { add, skip, print };
}
