import * as vscode from 'vscode';
import type { CommandTable } from '../common/commands';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { command } from '../common/ids';
import type { Reporter } from '../common/reporter';
import type { RunsStore } from '../runs/runs-store';
import type { Tagging } from '../tag/tagging';
import type { WorkerThreads } from '../threads/worker-threads';
import type { Jobs } from '../train/jobs';
import { AnnotateActions, annotationLinks, goTo } from './annotate-actions';
import { AnnotateCommands } from './annotate-commands';
import { Annotations } from './annotations';
import { exportShown } from './export-tags';
import { SafeCopies } from './safe-copies';
import { SavedUntitled } from './saved-untitled';
import { TrainAnnotations } from './train-annotations';

/** Everything about annotations in the editor: the store that keeps them, and all that changes and uses it. */
export class Annotating implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  readonly annotations: Annotations;
  readonly commands;

  /** @param storage a folder of the extension's own */
  constructor(
    threads: WorkerThreads,
    tagging: Tagging,
    jobs: Jobs,
    runs: RunsStore,
    private readonly keys: ContextKeys,
    reporter: Reporter,
    storage: vscode.Uri,
  ) {
    keys.set('annotating', false);
    const { model } = tagging;
    const copies = new SafeCopies(vscode.Uri.joinPath(storage, 'annotations'));
    this.annotations = this.disposables.add(new Annotations(model, reporter, keys, copies));
    this.disposables.add(new SavedUntitled(this.annotations, model, reporter));
    this.disposables.add(new AnnotateActions(this.annotations, model));
    tagging.hover.hoverActions = annotationLinks;
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('sequenceLab.annotating', vscode.StatusBarAlignment.Right, 101),
    );
    this.item.name = vscode.l10n.t('Sequence Lab Annotation Keys');
    this.item.text = `$(edit) ${vscode.l10n.t('Annotating')}`;
    this.item.tooltip = vscode.l10n.t('Keys 1 to 9 label, A accepts, R rejects, D deletes, N goes to the next suggestion, U undoes, Escape ends. Click to end.'); // prettier-ignore
    this.item.command = command('stopAnnotating');
    const training = new TrainAnnotations(threads, this.annotations, tagging, jobs, runs);
    const { commands } = new AnnotateCommands(this.annotations, model);
    this.commands = {
      ...commands,
      annotate: (argument?: unknown) => {
        goTo(argument);
        return commands.annotate(argument);
      },
      deleteAnnotation: (argument?: unknown) => {
        goTo(argument);
        return commands.deleteAnnotation();
      },
      acceptProposal: (argument?: unknown) => {
        goTo(argument);
        return commands.acceptProposal();
      },
      rejectProposal: (argument?: unknown) => {
        goTo(argument);
        return commands.rejectProposal();
      },
      startAnnotating: () => this.turn(true),
      stopAnnotating: () => this.turn(false),
      nextSuggestion: () => {
        this.turn(true);
        return tagging.commands.nextUncertainEntity();
      },
      trainOnAnnotations: (argument?: unknown) => training.run(argument),
      exportTags: (argument?: unknown) => exportShown(model, this.annotations, argument),
    } satisfies Partial<CommandTable>;
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Single keys annotate, or write again. */
  private turn(on: boolean): void {
    this.keys.set('annotating', on);
    if (on) this.item.show();
    else this.item.hide();
  }
}
