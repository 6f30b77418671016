/**
 * Brings text into the one form that models see: line ends are \n, a byte order mark at the start is dropped, and lone
 * surrogates, which no file can hold, become U+FFFD. Works on chunks, whose borders may fall anywhere.
 */
export class TextNormaliser {
  private started = false;
  /** A carriage return or high surrogate whose other half may begin the next chunk. */
  private held = '';
  private lineEnds = 0;
  private surrogates = 0;
  private mark = false;

  /** The next chunk, normalised; the last character may be held back until the next call. */
  push(chunk: string): string {
    let text = this.held + chunk;
    this.held = '';
    if (text === '') return '';
    if (!this.started) {
      this.started = true;
      this.mark = text.startsWith('\uFEFF');
      if (this.mark) text = text.slice(1);
    }
    const last = text.charCodeAt(text.length - 1);
    if (last === 0x0d || (last >= 0xd800 && last <= 0xdbff)) {
      this.held = text.slice(-1);
      text = text.slice(0, -1);
    }
    return this.replace(text);
  }

  /** What was held back; to be called once after the last chunk. */
  end(): string {
    const text = this.held;
    this.held = '';
    return this.replace(text);
  }

  /** One sentence for each change that was made so far. */
  get warnings(): string[] {
    const warnings: string[] = [];
    if (this.mark) warnings.push('The byte order mark at the start of the text was dropped.');
    if (this.lineEnds > 0) warnings.push(`${count(this.lineEnds, 'line end')} of the form CR LF or CR became LF.`);
    if (this.surrogates > 0) warnings.push(`${count(this.surrogates, 'lone surrogate')} became U+FFFD.`);
    return warnings;
  }

  private replace(text: string): string {
    let result = text;
    if (result.includes('\r')) {
      result = result.replace(/\r\n?/g, () => {
        this.lineEnds++;
        return '\n';
      });
    }
    return result.replace(/\p{Surrogate}/gu, () => {
      this.surrogates++;
      return '\uFFFD';
    });
  }
}

/** Normalises a whole text (see TextNormaliser). `warnings` holds one sentence for each kind of change. */
export function normaliseText(text: string): { text: string; warnings: string[] } {
  const normaliser = new TextNormaliser();
  const normalised = normaliser.push(text) + normaliser.end();
  return { text: normalised, warnings: normaliser.warnings };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
