import { platform, release } from 'node:os';
import path from 'node:path';
import { UserError } from '../core/errors';
import { RUN_SCHEMA_VERSION, type RunRecord } from '../core/runs/record';
import type { PreparedBackend } from '../engine/select';
import type { TrainJob } from '../protocol/worker';
import { isAlive, thisOwner } from './files';
import type { JobContext } from './job-context';
import type { RunFolder } from './run-folder';

/** The record of a run that begins. */
export async function newRecord(folder: RunFolder, job: TrainJob, context: JobContext): Promise<RunRecord> {
  const now = new Date().toISOString();
  const { label, uri } = job.source;
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    id: folder.id,
    name: job.name ?? `${job.recipe.name} · ${label}`,
    status: 'running',
    created: now,
    updated: now,
    recipe: job.recipe,
    source: { label, uri, bytes: 0, sha256: '' },
    ...(job.from !== undefined && { from: path.basename(job.from) }),
    environment: { ...host(context), backend: 'none', threads: 0 },
    step: 0,
    time: 0,
    owner: await thisOwner(),
  };
}

export function environmentOf(prepared: PreparedBackend, context: JobContext): RunRecord['environment'] {
  const { backend, build, threads } = prepared;
  return { ...host(context), backend: backend === 'heap' ? 'kernels' : backend, build, threads };
}

/** What a person should know when a run goes on in other surroundings. */
export function environmentWarnings({ environment }: RunRecord, prepared: PreparedBackend): string[] {
  const same = environment.threads === prepared.threads && environment.build === prepared.build;
  if (same || environment.threads === 0) return [];
  return [
    `The run goes on with ${prepared.backend} ${prepared.build} on ${prepared.threads} threads instead of ${environment.build} on ${environment.threads}, so the last digits of its figures can differ.`,
  ];
}

/** Throws UserError when another process trains the run. */
export async function refuseOwned({ status, owner, name }: RunRecord): Promise<void> {
  if ((status !== 'running' && status !== 'paused') || !owner || owner.pid === process.pid) return;
  if (await isAlive(owner)) {
    throw new UserError(`${name} is being trained by another process (number ${owner.pid}): stop it there first.`);
  }
}

function host(context: JobContext): { version: string; node: string; platform: string } {
  return {
    version: context.setup.version,
    node: process.versions.node,
    platform: `${platform()} ${release()} ${process.arch}`,
  };
}
