import type { SavedFile } from './saved-file';
import type { EmbeddingAnswer, EmbeddingQuery, VectorSource } from './word-vectors';

/** Word vectors that the page can ask. */
export interface VectorsChoice {
  source: VectorSource;
  /** Name of the run or of the file. */
  name: string;
  /** What tells it from others of the same name. */
  detail: string;
}

/** What the extension host answers to the page. */
export interface ExploreHost {
  requests: {
    /** All vectors that can be asked, runs first, the newest first; and the ones that were asked for by command. */
    hydrate: { params: Record<string, never>; result: { choices: VectorsChoice[]; wanted?: VectorSource } };
    /** Only sources that were offered are asked. */
    ask: { params: { id: string; source: VectorSource; query: EmbeddingQuery }; result: EmbeddingAnswer };
    /** Lets a person choose a file of vectors; null when they thought better of it. */
    openFile: { params: Record<string, never>; result: VectorsChoice | null };
    /** Saves bytes where the person says; false when they thought better of it. */
    saveFile: { params: SavedFile; result: boolean };
  };
  notifications: {
    /** Nothing can be explored yet: learn some first. */
    learn: Record<string, never>;
  };
}

/** What the page hears. */
export interface ExplorePage {
  requests: Record<string, never>;
  notifications: {
    choicesChanged: { choices: VectorsChoice[] };
    /** The vectors to look at, because they were asked for by command. */
    look: { source: VectorSource };
    /** Share of the answer to a question of that id that is done, 0 to 1, where it takes long. */
    answering: { id: string; share: number };
  };
}
