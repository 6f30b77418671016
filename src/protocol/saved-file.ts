/** What a page has made for a person to keep. */
export interface SavedFile {
  /** Suggested name, with its extension. */
  name: string;
  kind: 'png' | 'svg' | 'csv';
  data: Uint8Array | string;
}
