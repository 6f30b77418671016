const SPACE = '\u2581';
/** Names that the format gives a meaning. */
const RESERVED = new Set(['<s>', '</s>', '<unk>']);
/** White space and control characters end a token for some reader, and U+2581 stands for the space. */
// eslint-disable-next-line no-control-regex
const TROUBLE = /[\s\u0000-\u001f\u007f-\u009f\u2581]/gu;

/**
 * A token as ARPA files can hold it, whose fields white space ends: a space becomes U+2581, other white space, control
 * characters and U+2581 itself `<0xHEX>`, their code point. A token that looks like an escape or like a marker has its "<"
 * escaped, so that `readArpaToken` gives back every token.
 */
export function writeArpaToken(token: string): string {
  const plain = RESERVED.has(token) || token.includes('<0x') ? token.replaceAll('<', escaped) : token;
  return plain.replace(TROUBLE, (character) => (character === ' ' ? SPACE : escaped(character)));
}

/** The token that `writeArpaToken` wrote so. */
export function readArpaToken(text: string): string {
  return text
    .replaceAll(SPACE, ' ')
    .replace(/<0x([0-9A-F]{1,6})>/g, (whole, hex: string) =>
      parseInt(hex, 16) > 0x10ffff ? whole : String.fromCodePoint(parseInt(hex, 16)),
    );
}

function escaped(character: string): string {
  return `<0x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}>`;
}
