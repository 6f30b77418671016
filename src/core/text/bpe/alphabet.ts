/**
 * The 256 bytes as visible characters, so that tokens of bytes can stand in a text file (GPT-2, Radford et al. 2019):
 * printable Latin-1 bytes are themselves, the others, in order, the characters from U+0100 on.
 */
const characterOfByte: string[] = [];
const byteOfUnit = new Int16Array(0x200).fill(-1);
for (let byte = 0, next = 0x100; byte < 256; byte++) {
  const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const unit = printable ? byte : next++;
  characterOfByte.push(String.fromCharCode(unit));
  byteOfUnit[unit] = byte;
}

/** The alphabet as tokens: by code point. */
export const byteAlphabet = [...characterOfByte].sort();

/** Place in `byteAlphabet` of each byte. */
export const rankOfByte = Uint8Array.from(characterOfByte, (character) => byteAlphabet.indexOf(character));

/** Bytes of a token, or undefined when it has a character that stands for none. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const unit = token.charCodeAt(i);
    const byte = unit < byteOfUnit.length ? byteOfUnit[unit] : -1;
    if (byte < 0) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
