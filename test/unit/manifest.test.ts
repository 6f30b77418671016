import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { recipeJsonSchema } from '../../src/core/recipe';
import { RUNS_FOLDER } from '../../src/core/runs/record';
import * as ids from '../../src/editor/common/ids';

const root = path.resolve(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface MenuItem {
  command: string;
  when?: string;
}
interface Property {
  scope: string;
  order: number;
  default: unknown;
  enum?: string[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  type: string;
  markdownDescription: string;
  markdownEnumDescriptions?: string[];
}
interface Manifest {
  name: string;
  publisher: string;
  main: string;
  icon: string;
  l10n: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string; enablement?: string }[];
    menus: Record<string, MenuItem[]>;
    keybindings: MenuItem[];
    configuration: { properties: Record<string, Property> };
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string }[];
    jsonValidation: { fileMatch: string; url: string }[];
    walkthroughs: {
      id: string;
      steps: { id: string; media: Record<string, string>; completionEvents: string[] }[];
    }[];
  };
}
const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}
const code = ['src/extension.ts', ...sources('src/editor')].map((file) => ({ file, text: read(file) }));
const allCode = code.map(({ text }) => text).join('\n');

/** Every string inside a JSON value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}
const menuItems = Object.values(contributes.menus).flat();
const commands = contributes.commands.map(({ command }) => command);
const own = (text: string) => [...text.matchAll(/sequenceLab(?:\.[A-Za-z]+)+/g)].map(([name]) => name);

describe('commands', () => {
  it('are the same in the manifest and in the code', () => {
    expect([...commands].sort()).toEqual(ids.commandNames.map((name) => ids.PREFIX + name).sort());
  });

  it('share one category and are each handled', () => {
    for (const { command, category } of contributes.commands) {
      expect(category).toBe('Sequence Lab');
      const name = command.slice(ids.PREFIX.length);
      expect(allCode, command).toMatch(new RegExp(`\\b(async )?${name}(\\(|: )`));
    }
  });

  it('are all known where menus, keys, welcome texts and walkthroughs name them', () => {
    const named = [
      ...menuItems.map(({ command }) => command),
      ...contributes.keybindings.map(({ command }) => command),
      ...[...JSON.stringify(strings).matchAll(/command:(sequenceLab\.\w+)/g)].map(([, name]) => name),
      ...contributes.walkthroughs.flatMap(({ steps }) =>
        steps.flatMap(({ completionEvents }) =>
          completionEvents.flatMap((event) => /^onCommand:(sequenceLab\..+)/.exec(event)?.[1] ?? []),
        ),
      ),
    ];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it('show in the palette only when they are enabled', () => {
    const palette = new Map(contributes.menus.commandPalette.map(({ command, when }) => [command, when]));
    for (const { command, enablement } of contributes.commands) {
      if (!enablement || palette.get(command) === 'false') continue;
      expect(palette.get(command), command).toBe(enablement);
    }
  });
});

describe('context keys', () => {
  it('are set by the code and asked for by the manifest, each', () => {
    const clauses = [
      ...menuItems.map(({ when }) => when),
      ...contributes.keybindings.map(({ when }) => when),
      ...contributes.commands.map(({ enablement }) => enablement),
    ].join(' ');
    const asked = new Set(own(clauses).filter((name) => name !== ids.RUNS_VIEW && name !== ids.ENTITIES_VIEW));
    expect([...asked].sort()).toEqual(ids.contextNames.map((name) => ids.PREFIX + name).sort());
    for (const name of ids.contextNames) expect(allCode).toMatch(new RegExp(`\\.set\\('${name}'`));
  });
});

describe('settings', () => {
  const entries = Object.entries(contributes.configuration.properties);

  it('are the same in the manifest and in the code, and each is used', () => {
    expect(entries.map(([name]) => name).sort()).toEqual(ids.settingNames.map((name) => ids.PREFIX + name).sort());
    for (const name of ids.settingNames) expect(allCode, name).toContain(`setting('${name}'`);
  });

  it('have Markdown, an order of their own, a scope, and limits', () => {
    expect(new Set(entries.map(([, { order }]) => order)).size).toBe(entries.length);
    for (const [name, property] of entries) {
      expect(property.markdownDescription, name).toMatch(/^%.+%$/);
      expect(['window', 'resource', 'machine-overridable']).toContain(property.scope);
      if (property.enum) expect(property.markdownEnumDescriptions).toHaveLength(property.enum.length);
      if (property.type === 'number' || property.type === 'integer') {
        expect(property.minimum ?? property.exclusiveMinimum, name).toBeTypeOf('number');
        expect(property.maximum, name).toBeTypeOf('number');
      }
    }
  });

  it('offer the backends and threads that a recipe has', () => {
    const schema = recipeJsonSchema() as { properties: Record<string, { enum?: string[]; maximum?: number }> };
    const { properties } = contributes.configuration;
    expect(properties['sequenceLab.backend'].enum).toEqual(schema.properties.backend.enum);
    expect(properties['sequenceLab.threads'].maximum).toBe(schema.properties.threads.maximum);
  });

  it('are known where Restricted Mode names them', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(restrictedConfigurations).toContain('sequenceLab.runsFolder');
    const names = entries.map(([name]) => name);
    expect(restrictedConfigurations.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('views and files', () => {
  it('has the views, walkthrough and activation events of the code', () => {
    const views = Object.values(contributes.views).flat();
    expect(views.map(({ id }) => id)).toEqual([ids.RUNS_VIEW, ids.ENTITIES_VIEW]);
    expect(contributes.viewsWelcome.map(({ view }) => view)).toEqual([ids.RUNS_VIEW]);
    expect(Object.keys(contributes.views)).toEqual(contributes.viewsContainers.activitybar.map(({ id }) => id));
    expect(manifest.activationEvents).toEqual([
      `onWebviewPanel:${ids.DASHBOARD_VIEW}`,
      `onWebviewPanel:${ids.EXPLORE_VIEW}`,
      `onWebviewPanel:${ids.IN_CONTEXT_VIEW}`,
      `workspaceContains:${RUNS_FOLDER}`,
    ]);
    const [{ id }] = contributes.walkthroughs;
    const link = encodeURIComponent(JSON.stringify(`${manifest.publisher}.${manifest.name}#${id}`));
    expect(strings['welcome.runs']).toContain(link);
  });

  it('names files that are there', () => {
    const media = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ media: { altText: _, ...files } }) => Object.values(files)),
    );
    const icons = texts([contributes.views, contributes.viewsContainers]).filter((text) => text.endsWith('.svg'));
    const files = [
      manifest.icon,
      manifest.l10n,
      ...media,
      ...icons,
      ...contributes.jsonValidation.map(({ url }) => url),
    ];
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('has a picture or page for every step of the walkthrough and no other', () => {
    const used = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map(({ media }) => path.basename(media.svg ?? media.markdown)),
    );
    expect(readdirSync(path.join(root, 'media/walkthrough')).sort()).toEqual([...used].sort());
  });

  it('checks recipes with the schema of the code', () => {
    const [{ fileMatch, url }] = contributes.jsonValidation;
    expect(fileMatch).toBe(`*${ids.RECIPE_SUFFIX}`);
    expect(JSON.parse(read(url))).toEqual(recipeJsonSchema());
  });
});

describe('strings', () => {
  it('of the manifest are all there, and all used', () => {
    const used = new Set(texts(manifest).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []));
    expect([...used].sort()).toEqual(Object.keys(strings).sort());
  });

  it('of the manifest that people read are all translatable', () => {
    for (const { title } of contributes.commands) expect(title).toMatch(/^%.+%$/);
  });

  it('of the code are all in the bundle for translators', async () => {
    const found = new Set(code.flatMap(({ file, text }) => translated(file, text)));
    const bundle = Object.fromEntries([...found].sort().map((text) => [text, text]));
    const file = path.join(root, manifest.l10n, 'bundle.l10n.json');
    await expect(`${JSON.stringify(bundle, null, 2)}\n`).toMatchFileSnapshot(file);
  });
});

/** First arguments of `l10n.t`. Throws when one is not a plain string, since translators could not see it. */
function translated(file: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText().endsWith('l10n.t')) {
      const [first] = node.arguments;
      if (!ts.isStringLiteralLike(first)) throw new Error(`${file}: ${node.getText()} has no plain string`);
      found.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}
