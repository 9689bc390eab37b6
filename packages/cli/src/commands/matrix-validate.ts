import { ConfigError } from '@reprise/config-file'
import { type Matrix, validateMatrix } from '@reprise/matrix-generator'
import type { Command } from 'commander'
import { addFileOptions, type MatrixFileOptions, ourConfigFiles } from '../options/matrix-options.ts'
import { guarded } from '../sweep/guarded.ts'
import { readMatrixFiles } from '../sweep/read-matrix-files.ts'
import { judgeMissingRecipes, recipeLookup } from '../sweep/recipe-lookup.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { examples, several } from '../terminal/output.ts'
import { tellProblems } from '../terminal/tell-problems.ts'

/** `reprise matrix validate`: the files and what they lead to, checked. */
export function registerValidate(matrix: Command, context: CommandContext): void {
  addFileOptions(
    matrix.command('validate').description('Check the files, and all jobs that they lead to.'),
    ourConfigFiles,
  )
    .option('--require-recipes', 'a configuration without a recipe is an error, and no warning', false)
    .option('--json', 'counts and problems as JSON on stdout', false)
    .addHelpText(
      'after',
      examples('npx reprise matrix validate', 'npx reprise matrix validate --config-files my.yaml --json'),
    )
    .action((options: MatrixFileOptions & { json: boolean; requireRecipes: boolean }) =>
      guarded(context, options, async () => {
        const files = readOrReport(context, options)
        const found = validateMatrix(files, await recipeLookup(options))
        const { jobs } = found
        const problems = judgeMissingRecipes(found.problems, options.requireRecipes)
        tellProblems(context.io, options, problems)
        const errors = problems.filter((problem) => problem.severity === 'error').length
        const counts = { entries: files.config.entries.length, jobs: jobs.length, errors }
        context.io.stdout.write(
          options.json
            ? `${JSON.stringify({ ...counts, epoch: files.config.epoch, problems })}\n`
            : `${several(counts.entries, 'entry', 'entries')}, ${several(counts.jobs, 'job')}, ${errors === 0 ? 'no errors' : several(errors, 'error')}\n`,
        )
        if (errors > 0) context.setExitCode(exitCodes.author)
      }),
    )
}

/** The files; where they cannot be read, the JSON that was asked for says why before the error goes on. */
function readOrReport({ io }: CommandContext, options: MatrixFileOptions & { json: boolean }): Matrix {
  try {
    return readMatrixFiles(options)
  } catch (error) {
    if (options.json && error instanceof ConfigError) {
      const { problems } = error
      const errors = problems.filter(({ severity }) => severity === 'error').length
      io.stdout.write(`${JSON.stringify({ errors, problems })}\n`)
    }
    throw error
  }
}
