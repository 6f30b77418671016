/**
 * The PNG file of a canvas. At once, and not by `toBlob`: that waits until the page is idle, which it is not while a run
 * is followed.
 */
export function bytesOf(picture: HTMLCanvasElement): Uint8Array {
  const [, base64] = picture.toDataURL('image/png').split(',');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
