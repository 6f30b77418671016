import * as vscode from 'vscode';
import { escapeMarkdown } from '../common/format';
import { spanAt } from './navigate';
import { distribution, percent } from './span-text';
import { OUTSIDE, type PlacedSpan } from './spans';
import type { TagModel } from './tag-model';

/** What more a hover offers for a span, such as links that change its label. */
export type HoverActions = (document: vscode.TextDocument, placed: PlacedSpan) => vscode.MarkdownString[];

/** Says of a span how probable its label is, what comes next, and what a model that reads forwards only would say. */
export class TagHover implements vscode.HoverProvider, vscode.Disposable {
  /** Shown below; set by whoever has something to offer. */
  hoverActions: HoverActions | undefined;
  private readonly registration = vscode.languages.registerHoverProvider({ scheme: '*' }, this);

  constructor(private readonly model: TagModel) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const tags = this.model.of(document);
    const placed = tags && spanAt(tags, position);
    if (!placed) return undefined;
    const { line, span } = placed;
    const isNearly = tags.nearlyAt(line).includes(span);
    const text = this.render(placed, tags.tagger?.name, isNearly);
    const range = new vscode.Range(line, span.start, line, span.end);
    return new vscode.Hover([text, ...(this.hoverActions?.(document, placed) ?? [])], range);
  }

  dispose(): void {
    this.registration.dispose();
  }

  private render({ span }: PlacedSpan, tagger: string | undefined, isNearly: boolean): vscode.MarkdownString {
    const { label, probability, forward, annotated } = span;
    const outside = vscode.l10n.t('no entity');
    const text = new vscode.MarkdownString();
    const name = isNearly ? vscode.l10n.t('nearly {0}', escapeMarkdown(label)) : escapeMarkdown(label);
    if (annotated) return text.appendMarkdown(`**${name}** · ${vscode.l10n.t('set by hand')}`);
    text.appendMarkdown(`**${name}** ${percent(probability)} · ${escapeMarkdown(tagger ?? '')}`);
    text.appendCodeblock(distribution(span, outside), 'text');
    if (forward) {
      const said = forward.label === OUTSIDE ? outside : forward.label;
      text.appendMarkdown(vscode.l10n.t('Read forwards only: {0}', `**${escapeMarkdown(said)}** ${percent(forward.probability)}`)); // prettier-ignore
    }
    return text;
  }
}
