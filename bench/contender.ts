import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { readAnswer, type Answers } from './protocol';

/** How to start a contender. */
export interface Launch {
  command: string;
  /** `{threads}` stands for the number of threads. */
  args: string[];
  /** Added to our own environment; `{threads}` likewise. */
  env?: Record<string, string>;
}

/** Longest that an answer may take, in milliseconds; the slowest single step takes some seconds. */
const PATIENCE = 120_000;

/** Those that must not outlive this process. (If it is killed outright, the end of their stdin ends them.) */
const running = new Set<Contender>();
process.once('exit', () => running.forEach((contender) => contender.kill()));

/** A running process that speaks the protocol of `protocol.ts`, one request at a time. */
export class Contender {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private waiting: { resolve(value: unknown): void; reject(error: Error): void } | undefined;
  private chatter = '';
  private ended: Error | undefined;

  constructor({ command, args, env = {} }: Launch, threads: number) {
    const fill = (text: string) => text.replaceAll('{threads}', String(threads));
    const filled = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)]));
    this.child = spawn(command, args.map(fill), {
      env: { ...process.env, ...filled },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.once('error', (error) => this.end(error.message));
    this.child.once('close', (code, signal) => this.end(`it ended (${signal ?? `code ${code}`})`));
    this.child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (this.chatter = (this.chatter + text).slice(-4000)));
    // Writing to a process that has just died fails; that it died is told by `close`.
    this.child.stdin.on('error', () => undefined);
    createInterface({ input: this.child.stdout }).on('line', (line) => this.take(line));
    running.add(this);
  }

  /** @throws Error with the contender's reason, or when it died or took too long */
  async ask<R extends keyof Answers>(request: R, rest: string = ''): Promise<Answers[R]> {
    if (this.ended) throw this.ended;
    if (this.waiting) throw new Error('A contender is asked one thing at a time.');
    const answer = new Promise((resolve, reject) => (this.waiting = { resolve, reject }));
    this.child.stdin.write(rest === '' ? `${request}\n` : `${request} ${rest}\n`);
    const timer = setTimeout(() => {
      this.settle(new Error(`it gave no answer for ${PATIENCE / 1000} seconds`));
      this.kill();
    }, PATIENCE);
    try {
      return (await answer) as Answers[R];
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise((resolve) => this.child.once('close', resolve));
    this.kill();
    await gone;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private take(line: string): void {
    const answer = readAnswer(line);
    if (answer) this.settle(answer);
  }

  private settle(answer: { value: unknown } | Error): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (answer instanceof Error) waiting?.reject(answer);
    else waiting?.resolve(answer.value);
  }

  private end(what: string): void {
    running.delete(this);
    const last = this.chatter.trimEnd().split('\n').at(-1);
    this.ended ??= new Error(last ? `${what}: ${last}` : what);
    this.settle(this.ended);
  }
}
