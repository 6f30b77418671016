import * as vscode from 'vscode';
import { command, type CommandId } from '../common/ids';
import type { HoverActions } from '../tag/tag-hover';
import type { TagModel } from '../tag/tag-model';
import type { Annotations } from './annotations';
import { knownLabels } from './label-pick';

/** Labels that the lightbulb offers by name. */
const OFFERED = 9;

/** The lightbulb on a selection, an annotation or what the model proposes, in texts that have annotations or tags. */
export class AnnotateActions implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly annotations: Annotations,
    private readonly model: TagModel,
  ) {
    this.registration = vscode.languages.registerCodeActionsProvider({ scheme: '*' }, this, {
      providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite],
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range | vscode.Selection): vscode.CodeAction[] {
    const annotated = this.annotations.of(document);
    const tags = this.model.of(document);
    if (!annotated && !tags) return [];
    const spans = (tags?.spansAt(range.start.line) ?? []).filter(({ start, end }) => range.intersection(new vscode.Range(range.start.line, start, range.start.line, end))); // prettier-ignore
    if (range.isEmpty && spans.length === 0) return [];
    const isSet = spans.some((span) => span.annotated);
    const isProposed = spans.some((span) => !span.annotated);
    const actions: vscode.CodeAction[] = [];
    if (isProposed) {
      actions.push(actionOf(vscode.l10n.t('Accept the Proposed Label'), 'acceptProposal'));
      actions.push(actionOf(vscode.l10n.t('Reject the Proposed Label'), 'rejectProposal'));
    }
    const labels = knownLabels(document, annotated, this.model);
    for (const label of labels.slice(0, OFFERED)) {
      if (spans.length === 1 && isSet && spans[0].label === label && range.isEmpty) continue;
      actions.push(actionOf(vscode.l10n.t('Label as {0}', label), 'annotate', { label }));
    }
    actions.push(actionOf(vscode.l10n.t('Label as…'), 'annotate'));
    const isInside = spans.some(({ start, end }) => start <= range.start.character && range.end.character <= end);
    if (!isInside && spans.length > 0) actions.push(actionOf(vscode.l10n.t('Extend the Annotation to the Selection'), 'extendAnnotation')); // prettier-ignore
    if (isSet) actions.push(actionOf(vscode.l10n.t('Delete the Annotation'), 'deleteAnnotation'));
    return actions;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** Links under a hover; they act where the hover is, so the cursor goes there first. */
export const annotationLinks: HoverActions = (document, { line, span }) => {
  const at = { uri: document.uri.toString(), line, character: span.start };
  const names: [CommandId, string][] = span.annotated
    ? [
        ['annotate', vscode.l10n.t('Change the label')],
        ['deleteAnnotation', vscode.l10n.t('Delete')],
      ]
    : [
        ['acceptProposal', vscode.l10n.t('Accept')],
        ['rejectProposal', vscode.l10n.t('Reject')],
        ['annotate', vscode.l10n.t('Change the label')],
      ];
  const link = ([name, title]: [CommandId, string]): string => `[${title}](command:${command(name)}?${encodeURIComponent(JSON.stringify([{ at }]))})`; // prettier-ignore
  const text = new vscode.MarkdownString(names.map(link).join(' · '));
  text.isTrusted = { enabledCommands: names.map(([name]) => command(name)) };
  return [text];
};

/** Puts the cursor where a link says. */
export function goTo(argument: unknown): void {
  const { at } = typeof argument === 'object' && argument !== null ? (argument as { at?: unknown }) : {};
  if (typeof at !== 'object' || at === null) return;
  const { uri, line, character } = at as Record<string, unknown>;
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.document.uri.toString() !== uri || typeof line !== 'number' || typeof character !== 'number')
    return;
  editor.selection = new vscode.Selection(line, character, line, character);
}

function actionOf(title: string, name: CommandId, argument?: object): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
  action.command = { title, command: command(name), arguments: argument ? [argument] : [] };
  return action;
}
