import type { WorkerEvents, WorkerSetup } from '../protocol/worker';
import type { Backends } from './backend';
import type { Control } from './control';

type Notifications = WorkerEvents['notifications'];

/** What a job has from the thread in which it runs. */
export interface JobContext {
  setup: Pick<WorkerSetup, 'version' | 'threads' | 'backend'>;
  backends: Backends;
  control: Control;
  notify<K extends keyof Notifications>(name: K, params: Notifications[K]): void;
}
