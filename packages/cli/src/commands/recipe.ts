import { checkJobs, explainRecipe, renderExplanation } from '@reprise/launcher'
import { type Command, Option } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { addFileOptions, type MatrixFileOptions, ourConfigFiles, parseIntegers } from '../options/matrix-options.ts'
import { checkRecipes } from '../sweep/check-recipes.ts'
import { guarded } from '../sweep/guarded.ts'
import { pointName } from '../sweep/point-name.ts'
import { predictJob } from '../sweep/predict-job.ts'
import { readMatrixFiles } from '../sweep/read-matrix-files.ts'
import { renderPredictions } from '../sweep/render-predictions.ts'
import { type RecipeSelection, selectRecipe } from '../sweep/select-recipe.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import { examples, several, writeJson } from '../terminal/output.ts'
import { tellProblems } from '../terminal/tell-problems.ts'

interface CheckOptions extends MatrixFileOptions {
  readonly json: boolean
}

interface ExplainOptions extends MatrixFileOptions, RecipeSelection {
  readonly json: boolean
}

/** `reprise recipe ...`: how servers are started, checked and told without a GPU. */
export function registerRecipe(program: Command, context: CommandContext): void {
  const recipe = program
    .command('recipe')
    .description(commandNotes.recipe.about)
    .addHelpText('after', examples('npx reprise recipe check', 'npx reprise recipe explain dsr1-fp4-b200-sglang'))
  registerCheck(recipe, context)
  registerExplain(recipe, context)
}

function registerCheck(recipe: Command, context: CommandContext): void {
  const command = recipe
    .command('check')
    .description('Check recipes, and that each can start every job of the configurations that use it.')
    .argument('[file...]', 'recipes or bases; default: all of benchmarks/')
  addFileOptions(command, ourConfigFiles)
    .option('--json', 'counts and problems as JSON on stdout', false)
    .addHelpText(
      'after',
      examples('npx reprise recipe check', 'npx reprise recipe check benchmarks/dsr1-fp4-b200-sglang.yaml'),
    )
    .action((files: string[], options: CheckOptions) =>
      guarded(context, options, () => {
        const { problems, recipes, bases, jobs } = checkRecipes(readMatrixFiles(options), files)
        tellProblems(context.io, options, problems)
        const errors = problems.filter(({ severity }) => severity === 'error').length
        if (options.json) writeJson(context.io, { schema: 'recipe-check/1', recipes, bases, jobs, errors, problems })
        else {
          const found = errors === 0 ? 'no errors' : several(errors, 'error')
          context.io.stdout.write(
            `${several(recipes, 'recipe')}, ${several(bases, 'base')}, ${several(jobs, 'job')} started from them, ${found}\n`,
          )
        }
        if (errors > 0) context.setExitCode(exitCodes.author)
      }),
    )
}

function registerExplain(recipe: Command, context: CommandContext): void {
  const command = recipe
    .command('explain')
    .description(
      'The server of a configuration: its command, where each flag comes from, what is unknown. Needs no GPU.',
    )
    .argument('<key>', 'config key, or the file of a recipe')
  addFileOptions(command, ourConfigFiles)
    .option('--conc <n...>', 'only jobs of these concurrencies', parseIntegers)
    .addOption(
      new Option('--scenario-type <type>', 'only jobs of this scenario').choices(['fixed-seq-len', 'agentic-coding']),
    )
    .option('--json', 'rows, flags, places and commands as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise recipe explain dsr1-fp4-b200-sglang',
        'npx reprise recipe explain gptoss-fp4-h100-vllm --scenario-type agentic-coding --conc 64',
        'npx reprise recipe explain benchmarks/TEMPLATE.yaml --json',
      ),
    )
    .action((key: string, options: ExplainOptions) =>
      guarded(context, options, () => {
        const { recipe: found, jobs, configKey } = selectRecipe(readMatrixFiles(options), key, options)
        if (configKey !== undefined && jobs.length === 0) {
          throw new UsageError(`no job of ${configKey} is left; take --conc or --scenario-type away`)
        }
        const explanation = explainRecipe(found, jobs, configKey)
        const predicted = jobs.map((job) => ({ name: pointName(job.job), prediction: predictJob(found, job) }))
        if (options.json) writeJson(context.io, { ...explanation, predicted })
        else {
          const points = predicted.length === 0 ? '' : `\n${renderPredictions(predicted)}`
          context.io.stdout.write(`${renderExplanation(explanation)}${points}`)
        }
        const problems = checkJobs(found, jobs)
        tellProblems(context.io, options, problems)
        if (problems.some(({ severity }) => severity === 'error')) context.setExitCode(exitCodes.author)
      }),
    )
}
