import * as vscode from 'vscode';
import type { DoctorReport } from '../../protocol/worker';
import type { WorkerThreads } from '../threads/worker-threads';
import { doctorMarkdown } from './doctor-report';

/** The command "Show What This Machine Can Do": measures the backends and opens the report. */
export async function showDoctor(threads: WorkerThreads, log: vscode.LogOutputChannel): Promise<DoctorReport> {
  const report = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Measuring the backends'),
      cancellable: true,
    },
    (_, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      return threads.request('predict', 'doctor', { measure: true }, controller.signal);
    },
  );
  const content = doctorMarkdown(report);
  log.info(content);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }));
  return report;
}
