import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../core/errors';
import { command } from './ids';

/** What a person was told. */
export interface Notice {
  severity: 'warning' | 'error';
  sentence: string;
}

/** How many notices are remembered. */
const REMEMBERED = 20;

/** The one place that turns failures into words for people: one sentence on the screen, the rest in the log. */
export class Reporter {
  /** The last notices, oldest first. */
  readonly notices: Notice[] = [];

  constructor(readonly log: vscode.LogOutputChannel) {}

  /** Runs a command; why it cannot run is shown, and the answer is then undefined. */
  async guard<T>(action: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.show(error, error instanceof UserError ? 'warning' : 'error');
      return undefined;
    }
  }

  /** Shows a failure once; an error comes with a way to the log. Something stopped on request is no failure. */
  show(error: unknown, severity: Notice['severity'] = 'error'): void {
    if (error instanceof Cancelled) return;
    const sentence = this.sentence(error);
    this.notices.push({ severity, sentence });
    this.notices.splice(0, this.notices.length - REMEMBERED);
    void (severity === 'error' ? this.showError(sentence) : vscode.window.showWarningMessage(sentence));
  }

  /** The sentence for people; a failure of ours goes to the log with everything that is known about it. */
  sentence(error: unknown): string {
    if (error instanceof UserError) {
      this.log.warn(error.message);
      return error.message;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(error instanceof Error ? (error.stack ?? message) : message);
    return vscode.l10n.t('Internal error: {0} The log has the details.', message.replace(/[.!?]?$/, '.'));
  }

  private async showError(sentence: string): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const answer = await vscode.window.showErrorMessage(sentence, showLog);
    if (answer === showLog) await vscode.commands.executeCommand(command('showLog'));
  }
}
