import { findResults, renderValidation, type Validation, validatePath } from '@reprise/result-aggregator'
import { StoredPlans } from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import type { Command } from 'commander'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, writeJson } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'

interface Options {
  readonly official: boolean
  readonly quiet: boolean
  readonly json: boolean
}

/** `reprise results validate`: whether results may be published, by the limits of this version. */
export function registerResultsValidate(results: Command, { io, setExitCode }: CommandContext): void {
  results
    .command('validate')
    .argument('<path...>', 'run folders, results.json files, or folders of them')
    .description(
      'Say whether results may be published: gates, verdict and typed reasons, and whether a run is official.',
    )
    .option(
      '--official',
      'end with 4 unless every one of them is an official run of whoever publishes by its preset',
      false,
    )
    .option('--quiet', 'no progress', false)
    .option('--json', 'gates and reasons as JSON on stdout', false)
    .addHelpText(
      'after',
      '\nA run folder is judged by its records, a results.json alone by its figures and what it admits. Limits are those of this version.\n' +
        'Ends with 4 where one is invalid, with 2 where one cannot be read. Whether a run was forged is asked by results verify.',
    )
    .addHelpText(
      'after',
      examples(
        'npx reprise results validate runs/real',
        'npx reprise results validate artifacts --official --json',
        'npx reprise results validate downloads/results.json',
      ),
    )
    .action(async (paths: string[], options: Options) => setExitCode(await validate(paths, options, io)))
}

async function validate(paths: readonly string[], { official, quiet, json }: Options, io: Io): Promise<number> {
  const found = await findResults(paths)
  const plans = new StoredPlans()
  const validations: Validation[] = []
  let at = ''
  const words = () => (at === '' ? '' : `validating ${logText(at, 300)} (${validations.length + 1} of ${found.length})`)
  const progress = startProgress(io, {
    quiet,
    lines: (columns) => [{ text: words().slice(0, columns), tone: 'plain' }],
    plain: words,
  })
  try {
    for (const path of found) {
      at = path
      validations.push(await validatePath(path, { plans }))
    }
  } finally {
    progress.end()
  }
  if (json) writeJson(io, validations.length === 1 ? validations[0] : validations)
  else io.stdout.write(`${validations.map(renderValidation).join('\n')}\n${renderCount(validations)}`)
  return exitCodeOf(validations, official)
}

function renderCount(validations: readonly Validation[]): string {
  if (validations.length === 1) return ''
  const count = (verdict: Validation['verdict']) => validations.filter((each) => each.verdict === verdict).length
  const counts = (['valid', 'indicative', 'invalid', 'unreadable'] as const).map(
    (verdict) => `${count(verdict)} ${verdict}`,
  )
  return `${validations.length} results: ${counts.join(', ')}\n`
}

function exitCodeOf(validations: readonly Validation[], official: boolean): number {
  const isRefused = ({ verdict, submission }: Validation) =>
    verdict === 'invalid' || (official && verdict !== 'unreadable' && submission?.official !== true)
  if (validations.some(isRefused)) return exitCodes.invalid
  return validations.some(({ verdict }) => verdict === 'unreadable') ? exitCodes.author : exitCodes.done
}
