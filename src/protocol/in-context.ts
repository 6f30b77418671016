import type { SavedFile } from './saved-file';
import type { ContextsResult } from './word-vectors';

/** An occurrence with what stands around it. */
export interface LabelledOccurrence {
  before: string;
  word: string;
  after: string;
  /** From 1. */
  line: number;
}

/** Occurrences of words, compared in their sentences and alone; every list is in the order of the occurrences. */
export interface InContextReport extends Required<Pick<ContextsResult, 'cosines' | 'alone' | 'maps'>> {
  words: string[];
  /** Name of the run. */
  run: string;
  /** Name of the text. */
  text: string;
  occurrences: LabelledOccurrence[];
  /** How many there are, with those that were left out. */
  all: number;
}

/** What the extension host answers to the page. */
export interface InContextHost {
  requests: {
    /** What was compared last; null before that, and after a reload of the window. */
    hydrate: { params: Record<string, never>; result: InContextReport | null };
    /** Shows an occurrence, by its place in the list, in its text. */
    goTo: { params: { occurrence: number }; result: null };
    /** Saves bytes where the person says; false when they thought better of it. */
    saveFile: { params: SavedFile; result: boolean };
  };
  notifications: Record<string, never>;
}

/** What the page hears. */
export interface InContextPage {
  requests: Record<string, never>;
  notifications: {
    compared: { report: InContextReport };
  };
}
