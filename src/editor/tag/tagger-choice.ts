import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { folderOf, pickRun } from '../runs/run-pick';
import type { ListedRun, RunsStore } from '../runs/runs-store';
import type { Tagger } from './document-tags';

/** What a command calls the tagger that is shipped. */
const STARTER = 'starter';

/** Finds out what tags: the current run, another one that can, or the small tagger that is shipped. */
export class TaggerChoice {
  /** @param starter the run folder of the shipped tagger; it may be missing */
  constructor(
    private readonly runs: RunsStore,
    private readonly starter: string,
  ) {}

  /**
   * The tagger for a command. A person is asked only when the current run is none and there are several.
   * Undefined when they thought better of it; throws UserError when there is none.
   *
   * @param argument of the command; `{ folder }` names a run, "starter" the tagger that is shipped
   */
  async choose(argument?: unknown): Promise<Tagger | undefined> {
    const folder = folderOf(argument);
    const taggers = (await this.runs.list()).filter(canTag);
    if (folder !== undefined) return this.named(folder, taggers);
    const current = await this.current();
    if (current) return current;
    if (taggers.length === 1) return taggerOf(taggers[0], false);
    if (taggers.length === 0) return this.shipped();
    const title = vscode.l10n.t('Tag with');
    const run = await pickRun(this.runs, { title, none: noTagger(), filter: canTag });
    return run && taggerOf(run, false);
  }

  /** The current run, when it is a tagger that has learned something. */
  async current(): Promise<Tagger | undefined> {
    const run = await this.runs.current();
    return run && canTag(run) ? taggerOf(run, true) : undefined;
  }

  private named(folder: string, taggers: ListedRun[]): Tagger {
    if (folder === STARTER) return { ...this.shipped(), followsCurrent: false };
    const run = taggers.find((tagger) => tagger.folder === folder);
    if (run) return taggerOf(run, false);
    throw new UserError(vscode.l10n.t('{0} is no run of this workspace that can tag: choose one of a tagger.', folder));
  }

  private shipped(): Tagger {
    if (!existsSync(join(this.starter, 'run.json'))) throw new UserError(noTagger());
    // What is trained later takes its place.
    return { folder: this.starter, name: vscode.l10n.t('the starter tagger'), version: '', followsCurrent: true };
  }
}

function canTag({ record }: ListedRun): boolean {
  return record.recipe.task === 'tagging' && record.best !== undefined;
}

function taggerOf({ folder, record }: ListedRun, followsCurrent: boolean): Tagger {
  return { folder, name: record.name, version: String(record.best?.step), followsCurrent };
}

function noTagger(): string {
  return vscode.l10n.t(
    'There is no tagger yet: open a file of tagged sentences, such as CoNLL columns, and train on it.',
  );
}
