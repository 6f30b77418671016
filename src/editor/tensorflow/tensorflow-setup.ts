import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { command } from '../common/ids';
import type { Reporter } from '../common/reporter';
import type { WorkerThreads } from '../threads/worker-threads';
import { runSetup } from './setup-process';

/** The command "Set Up TensorFlow Runtime": puts TensorFlow where the next job's thread finds it. */
export class TensorflowSetup {
  private running = false;

  /** @param script path of dist/setup-tensorflow.js */
  constructor(
    private readonly script: string,
    private readonly threads: Pick<WorkerThreads, 'renew'>,
    private readonly reporter: Reporter,
  ) {}

  /**
   * @returns true when TensorFlow is there afterwards; why it is not is shown
   * @throws UserError when it cannot run now
   */
  async run(): Promise<boolean> {
    if (!vscode.workspace.isTrusted)
      throw new UserError(
        vscode.l10n.t('The setup of TensorFlow downloads and builds programs: trust this workspace first.'),
      );
    if (this.running) throw new UserError(vscode.l10n.t('TensorFlow is being set up already.'));
    this.running = true;
    try {
      await this.setUp();
      // A thread that has looked for TensorFlow in vain may remember that.
      await this.threads.renew();
    } catch (error) {
      this.reporter.show(error);
      return false;
    } finally {
      this.running = false;
    }
    void this.tell();
    return true;
  }

  /** Shows the steps and can be cancelled; the log keeps them. */
  private setUp(): Thenable<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Setting up TensorFlow'),
      cancellable: true,
    };
    return vscode.window.withProgress(options, (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const onLine = (message: string) => {
        this.reporter.log.info(`[tensorflow] ${message}`);
        progress.report({ message });
      };
      return runSetup(this.script, onLine, controller.signal);
    });
  }

  private async tell(): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const ready = vscode.l10n.t('TensorFlow is ready: set "sequenceLab.backend" to "tensorflow" to train with it.');
    const answer = await vscode.window.showInformationMessage(ready, showLog);
    if (answer === showLog) await vscode.commands.executeCommand(command('showLog'));
  }
}
