import type { RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type { SavedFile } from './saved-file';

/** A run as the page draws it. */
export interface DashboardRun {
  folder: string;
  record: RunRecord;
  /** Thinned for drawing; complete in the run folder. Empty until the run is shown. */
  events: RunEvent[];
  /** This window trains it now. */
  live: boolean;
}

/** What the extension host answers to the page. */
export interface HostContract {
  requests: {
    /**
     * Everything the page needs to draw itself from nothing. `events` is filled for the shown runs and for `current`, and
     * holds at least every event of them that was sent to the page before the answer: what comes after the page adds itself.
     */
    hydrate: { params: { shown: string[] }; result: { runs: DashboardRun[]; current?: string } };
    /** Events of runs that a person just switched on; the same holds of them. Runs that cannot be read are left out. */
    loadRuns: { params: { folders: string[] }; result: DashboardRun[] };
    /** Saves bytes where the person says; false when they thought better of it. */
    saveFile: { params: SavedFile; result: boolean };
    renameRun: { params: { folder: string; name: string }; result: null };
    deleteRun: { params: { folder: string }; result: boolean };
  };
  notifications: {
    command: {
      name: 'pause' | 'resume' | 'stop' | 'sample' | 'openRunFolder' | 'showLog' | 'resumeTraining';
      folder?: string;
    };
  };
}

/** What the page hears. */
export interface PageContract {
  requests: Record<string, never>;
  notifications: {
    events: { folder: string; events: RunEvent[] };
    runChanged: { folder: string; record: RunRecord; live: boolean };
    runDeleted: { folder: string };
    /** The run to look at, because it has just started or was asked for. */
    focus: { folder: string };
  };
}
