import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRecipe } from '../../../src/core/recipe';
import type { RunRecord } from '../../../src/core/runs/record';
import { pageHtml } from '../../../src/editor/common/page-html';
import { doctorMarkdown } from '../../../src/editor/doctor/doctor-report';
import { noProgress } from '../../../src/editor/runs/progress';
import { canResume, runDescription, shownStatus } from '../../../src/editor/runs/run-text';
import { endStatus, jobStatus } from '../../../src/editor/train/status-text';
import type { Job } from '../../../src/editor/train/jobs';

vi.mock('vscode', () => ({
  l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)])) },
}));

let job: Job;
let record: RunRecord;
beforeEach(() => {
  job = { label: 'play.txt', paused: false, stopping: false, progress: noProgress() };
  record = {
    schemaVersion: 1,
    id: '20260101-000000-aaaa',
    name: 'play',
    status: 'done',
    created: '2026-01-01T00:00:00.000Z',
    updated: '2026-01-01T00:10:00.000Z',
    recipe: parseRecipe({}, ''),
    source: { label: 'play.txt', bytes: 1, sha256: '' },
    environment: { version: '0', backend: 'cpu', threads: 1, node: '', platform: '' },
    data: { characters: 1, trainTokens: 1, validationTokens: 1, vocabulary: 1 },
    best: { step: 5, validationLoss: 1.618, perplexity: 5 },
    step: 10,
    time: 60,
  };
});

describe('status bar', () => {
  it('tells each phase of a job', () => {
    expect(jobStatus(job).text).toBe('$(sync~spin) Preparing play.txt');
    job.reading = 0.407;
    expect(jobStatus(job).text).toBe('$(sync~spin) Reading play.txt 40 %');
    job.progress = { ...job.progress, step: 9, loss: 1.624, secondsLeft: 151 };
    expect(jobStatus(job).text).toBe('$(sync~spin) 1.62 nats · 2:31 left');
    job.paused = true;
    expect(jobStatus(job).text).toBe('$(debug-pause) 1.62 nats · paused');
    job.stopping = true;
    expect(jobStatus(job).text).toBe('$(debug-stop) Stopping…');
  });

  it('takes a name for what it is, not for an icon or a link', () => {
    job.label = '$(bug)[x](command:y).txt';
    const { text, tooltip } = jobStatus(job);
    expect(text).not.toContain('$(bug)');
    expect(tooltip).not.toContain('[x](');
  });

  it('compares with the baseline in the tooltip', () => {
    job.progress = {
      ...job.progress,
      step: 9,
      measured: { validationLoss: 1.7 },
      best: { validationLoss: 1.65 },
      baseline: { name: '6-gram', validationLoss: 1.9 },
    };
    const { tooltip } = jobStatus(job);
    expect(tooltip).toContain('Held-out data: validation loss 1.700 nats (best 1.65 nats)');
    expect(tooltip).toContain('Baseline, 6\\-gram: 1.90 nats');
  });

  it('tells how a job ended', () => {
    const finished = { event: 'finished', step: 1, time: 1, reason: 'done', metrics: { validationLoss: 1.5 } } as const;
    expect(endStatus({ label: 'a', result: { run: '', record, finished } }).text).toBe('$(check) 1.50 nats');
    expect(endStatus({ label: 'a' }).text).toBe('$(debug-stop) Training stopped');
    expect(endStatus({ label: 'a', failure: 'It broke.' })).toMatchObject({ error: true, tooltip: 'It broke\\.' });
  });
});

describe('runs', () => {
  it('describes a run', () => {
    const now = Date.parse('2026-01-01T00:15:00Z');
    const run = { folder: '', record, live: false };
    expect(runDescription(run, now, 'en')).toBe('1.62 nats · finished · 5 minutes ago');
    record.status = 'running';
    expect(runDescription({ ...run, live: true }, now, 'en')).toBe('1.62 nats · training');
    expect(shownStatus(run)).toBe('elsewhere');
  });

  it('resumes only what nobody trains and what has its text', () => {
    const run = { folder: '', record, live: false };
    expect(canResume(run)).toBe(true);
    expect(canResume({ ...run, live: true })).toBe(false);
    expect(canResume({ ...run, record: { ...record, status: 'running' } })).toBe(false);
    expect(canResume({ ...run, record: { ...record, data: undefined } })).toBe(false);
    const recipe = parseRecipe({ model: { kind: 'ngram' } }, '');
    expect(canResume({ ...run, record: { ...record, recipe } })).toBe(false);
    expect(canResume({ ...run, record: { ...record, recipe, status: 'stopped' } })).toBe(true);
  });
});

describe('dashboard page', () => {
  const html = pageHtml({
    cspSource: 'https://host',
    script: 'https://host/a"b.js',
    title: '<x>',
    language: 'en',
    nonce: 'N0',
  });

  it('may run its own script only', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-N0'");
    expect(policy).not.toContain('unsafe');
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it('escapes what it is given', () => {
    expect(html).toContain('<title>&#60;x&#62;</title>');
    expect(html).not.toContain('a"b.js');
  });
});

describe('doctor', () => {
  it('makes one table row a backend and marks the chosen one', () => {
    const text = doctorMarkdown({
      version: '1.0',
      node: 'v20',
      platform: 'linux',
      processors: 2,
      chosen: 'kernels',
      notes: ['a\nnote'],
      backends: [
        { name: 'kernels', available: true, detail: 'SIMD', threads: 2, charactersPerSecond: 80_000.4 },
        { name: 'tensorflow', available: false, detail: 'not installed | see the guide' },
      ],
    });
    expect(text).toContain('| **kernels** | yes | 2 | 80,000 | SIMD |');
    expect(text).toContain('| tensorflow | no |  |  | not installed \\| see the guide |');
    expect(text).toContain('- a note');
  });
});
