/** Sentences on what a format could not tell: those whose number is not nought. */
export function notesOf(notes: readonly (readonly [count: number, note: string])[]): readonly string[] {
  return notes.filter(([count]) => count > 0).map(([, note]) => note);
}
