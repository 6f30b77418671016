import { Command } from 'commander';
import { builtInRecipes, findBuiltIn, parseRecipe } from '../core/recipe';
import { withJson } from './session';
import { asWrongUse, openOutput, table } from './terminal';

export function recipesCommand(): Command {
  const command = new Command('recipes').description('the built-in recipes');
  command.addCommand(withJson(new Command('list').description('names, with a sentence each')).action(list), {
    isDefault: true,
  });
  command.addCommand(
    withJson(new Command('show').description('a recipe with every key').argument('<name>', 'name of a recipe')).action(
      show,
    ),
  );
  return command;
}

function list(options: { json?: boolean }): void {
  const output = openOutput(options.json === true);
  for (const { name, description } of builtInRecipes) output.emit({ name, description });
  output.say(table([['name', 'what it does'], ...builtInRecipes.map(({ name, description }) => [name, description])]));
}

async function show(name: string, options: { json?: boolean }): Promise<void> {
  const recipe = await asWrongUse(() => parseRecipe(findBuiltIn(name).recipe, name));
  const output = openOutput(options.json === true);
  output.emit(recipe);
  output.say(JSON.stringify(recipe, null, 2));
}
