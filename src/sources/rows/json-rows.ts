/**
 * Rows of saved Graph answers: a page `{"value": […]}`, a bare array, or an object per line, rows or pages.
 * Cuts the text into the objects that are rows, so that no page is ever held as a whole.
 */

/** Characters; a longer object is no row of a trace. */
const MAX_ROW_LENGTH = 1_048_576;
const MAX_KEY_LENGTH = 64;

const NEW_LINE = 10;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

export interface JsonRow {
  readonly text: string;
  /** The physical line on which the object starts, from 1. */
  readonly line: number;
}

export class JsonRowSplitter {
  /** Text that is still needed: the row or the string in hand, and what was not looked at. */
  #held = '';
  #at = 0;
  #line = 1;
  #depth = 0;
  /** The outermost open bracket. */
  #outermost = 0;
  /** Where the object in hand starts, -1 when none or when it is too long; and how deep rows lie, -1 where none can. */
  #rowStart = -1;
  #rowLine = 0;
  #rowDepth = 0;
  #inString = false;
  #escaped = false;
  #stringStart = 0;
  /** The last string directly in the outermost object, and the key that the next value belongs to. */
  #lastString = '';
  #key = '';
  #nextLinks = 0;
  #leftOut: number[] = [];

  /** True when a page named a next page. */
  get hasNextLink(): boolean {
    return this.#nextLinks > 0;
  }

  /** True while the text ends inside an object or array. */
  get isCut(): boolean {
    return this.#depth > 0;
  }

  /** The line of the row inside which the text ends; null when it ends between rows. */
  get cutRowLine(): number | null {
    return this.#rowStart === -1 ? null : this.#rowLine;
  }

  /** Lines on which objects start that are too long to be rows. */
  get leftOut(): readonly number[] {
    return this.#leftOut;
  }

  push(piece: string): readonly JsonRow[] {
    const rows: JsonRow[] = [];
    this.#held += piece;
    while (this.#at < this.#held.length) {
      const code = this.#held.charCodeAt(this.#at);
      if (this.#inString) this.#inside(code);
      else this.#between(code, rows);
      this.#at += 1;
    }
    this.#forget();
    return rows;
  }

  #inside(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#endString();
  }

  #between(code: number, rows: JsonRow[]): void {
    switch (code) {
      case NEW_LINE:
        this.#line += 1;
        break;
      case QUOTE:
        this.#inString = true;
        this.#stringStart = this.#at + 1;
        break;
      case COLON:
        if (this.#depth === 1) this.#key = this.#lastString;
        break;
      case COMMA:
        if (this.#depth === 1) this.#key = '';
        break;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#open(code);
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        this.#close(rows);
        break;
    }
  }

  #endString(): void {
    this.#inString = false;
    if (this.#depth !== 1 || this.#outermost !== OPEN_OBJECT) return;
    const length = this.#at - this.#stringStart;
    if (this.#key === '@odata.nextLink' && length > 0) this.#nextLinks += 1;
    this.#lastString = length > MAX_KEY_LENGTH ? '' : this.#held.slice(this.#stringStart, this.#at);
  }

  #open(code: number): void {
    if (this.#depth === 0) {
      this.#outermost = code;
      this.#rowDepth = code === OPEN_ARRAY ? 1 : 0;
      this.#key = '';
      this.#lastString = '';
    }
    if (code === OPEN_OBJECT && this.#depth === this.#rowDepth) {
      this.#rowStart = this.#at;
      this.#rowLine = this.#line;
    }
    const beginsValue = code === OPEN_ARRAY && this.#depth === 1 && this.#key === 'value';
    if (beginsValue && this.#outermost === OPEN_OBJECT) {
      this.#rowDepth = 2;
      this.#rowStart = -1;
    }
    this.#depth += 1;
  }

  #close(rows: JsonRow[]): void {
    if (this.#depth > 0) this.#depth -= 1;
    // The rest of a page, after its rows, has objects of other kinds.
    if (this.#rowDepth === 2 && this.#depth === 1) this.#rowDepth = -1;
    if (this.#depth !== this.#rowDepth || this.#rowStart === -1) return;
    // However the text was cut: a row that came whole is no shorter than one that came in pieces.
    if (this.#at + 1 - this.#rowStart > MAX_ROW_LENGTH) this.#leftOut.push(this.#rowLine);
    else rows.push({ text: this.#held.slice(this.#rowStart, this.#at + 1), line: this.#rowLine });
    this.#rowStart = -1;
  }

  /** Drops the text that nothing needs any more. */
  #forget(): void {
    if (this.#rowStart !== -1 && this.#at - this.#rowStart > MAX_ROW_LENGTH) {
      this.#leftOut.push(this.#rowLine);
      this.#rowStart = -1;
    }
    const stringStart = this.#needsString() ? this.#stringStart : this.#at;
    const from = Math.min(stringStart, this.#rowStart === -1 ? this.#at : this.#rowStart);
    this.#held = this.#held.slice(from);
    this.#at -= from;
    this.#stringStart -= from;
    if (this.#rowStart !== -1) this.#rowStart -= from;
  }

  /** A key may be cut between two pieces; other strings matter only as part of a row. */
  #needsString(): boolean {
    return this.#inString && this.#depth === 1 && this.#at - this.#stringStart <= MAX_KEY_LENGTH;
  }
}
