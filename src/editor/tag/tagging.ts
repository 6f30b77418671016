import { join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { CommandTable } from '../common/commands';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import type { Reporter } from '../common/reporter';
import type { RunsStore } from '../runs/runs-store';
import type { WorkerThreads } from '../threads/worker-threads';
import { EntitiesTree } from './entities-tree';
import { entityCommands } from './entity-commands';
import { TagHover } from './tag-hover';
import { TagModel } from './tag-model';
import { TagPainter } from './tag-painter';
import { byType, counted, TagStatus } from './tag-status';
import { TaggerChoice } from './tagger-choice';

/** Milliseconds in which changes of runs are gathered. */
const PAUSE = 500;
/** Milliseconds for which the result is told. */
const TOLD = 8000;

/** What tagging found in a document. */
export interface TagSummary {
  tagger: string;
  entities: number;
  types: { label: string; count: number }[];
}

/** Everything about tags in the editor: the model that keeps them, and all that shows it. */
export class Tagging implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly choice: TaggerChoice;
  private timer: NodeJS.Timeout | undefined;
  readonly model: TagModel;
  readonly painter: TagPainter;
  readonly hover: TagHover;
  readonly status: TagStatus;
  readonly tree: EntitiesTree;
  readonly commands;

  /** @param media the folder that is shipped, in which the starter tagger may be */
  constructor(
    threads: WorkerThreads,
    runs: RunsStore,
    keys: ContextKeys,
    private readonly reporter: Reporter,
    media: string,
  ) {
    this.choice = new TaggerChoice(runs, join(media, 'starter-tagger'));
    const ask = threads.request.bind(threads, 'predict', 'tag') as ConstructorParameters<typeof TagModel>[0];
    this.model = this.disposables.add(new TagModel(ask, reporter));
    this.painter = this.disposables.add(new TagPainter(this.model));
    this.hover = this.disposables.add(new TagHover(this.model));
    this.status = this.disposables.add(new TagStatus(this.model, keys));
    this.tree = this.disposables.add(new EntitiesTree(this.model));
    this.disposables.add(
      runs.onChange(() => {
        this.timer ??= setTimeout(() => void reporter.guard(() => this.followRun()), PAUSE);
      }),
    );
    this.disposables.add(runs.onRunDelete(({ folder }) => this.forget(folder)));
    this.commands = {
      tagCurrentFile: (argument?: unknown) => this.tagCurrentFile(argument),
      stopTagging: () => this.model.of(vscode.window.activeTextEditor?.document)?.restrictToVisible(),
      clearTags: () => this.clear(),
      ...entityCommands(this.model, this.tree),
    } satisfies Partial<CommandTable>;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  /** Tags the active document; resolves when all of it is. Throws UserError. */
  private async tagCurrentFile(argument?: unknown): Promise<TagSummary | undefined> {
    const document = vscode.window.activeTextEditor?.document;
    if (!document) throw new UserError(vscode.l10n.t('No text is open: open one to tag it.'));
    const tagger = await this.choice.choose(argument);
    if (!tagger) return undefined;
    await this.model.tag(document, tagger);
    const tags = this.model.of(document);
    if (tags?.tagger !== tagger) return undefined;
    const { count, types } = tags.indexer.index;
    // Told in words, for those who do not see the colours.
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('Tagged by {0}: {1}', tagger.name, [counted(tags), ...byType(tags)].join(', ')),
      TOLD,
    );
    return {
      tagger: tagger.name,
      entities: count,
      types: types.map(({ label, count: own }) => ({ label, count: own })),
    };
  }

  private clear(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document) this.model.clear(document);
  }

  /** Another run is the current one, or it has learned more: what it had tagged is tagged again. */
  private async followRun(): Promise<void> {
    this.timer = undefined;
    const following = this.model.all().filter(([, { tagger }]) => tagger?.followsCurrent);
    if (following.length === 0) return;
    const current = await this.choice.current();
    if (!current) return;
    for (const [document, { tagger }] of following) {
      if (tagger?.folder === current.folder && tagger.version === current.version) continue;
      void this.reporter.guard(() => this.model.tag(document, current));
    }
  }

  /** A run is gone: what it tagged can no longer be kept up to date. */
  private forget(folder: string): void {
    for (const [document, { tagger }] of this.model.all()) if (tagger?.folder === folder) this.model.clear(document);
  }
}
