import {
  type ExportShapeName,
  exportShapes,
  type IdentityKey,
  identityKeys,
  type SaidIdentity,
  writeExports,
} from '@reprise/result-aggregator/export'
import type { Slo } from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseSlo } from '../options/parse-slo.ts'
import { readJob } from '../options/read-job.ts'
import { repeated } from '../options/refuse-repeats.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'

interface Options {
  readonly as: ExportShapeName
  readonly out: string
  readonly job?: string
  readonly set: SaidIdentity
  readonly slo?: Slo
  readonly json: boolean
}

/** `reprise results export`: runs in the shapes that others read. */
export function registerResultsExport(results: Command, { io }: CommandContext): void {
  const shapes = Object.entries(exportShapes)
  results
    .command('export')
    .argument('<run...>', 'run folders, or folders of them')
    .description('Write runs as others read them. Every figure is computed anew from the records.')
    .addOption(
      new Option('--as <shape>', 'what to write; see below')
        .choices(shapes.map(([name]) => name))
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'where the files go')
    .option('--job <file>', 'the job that was measured, as reprise matrix ... --as jobs prints it: says what it was')
    .addOption(
      new Option('--set <key=value,...>', `what the results do not say of themselves: ${identityKeys.join(', ')}`)
        .argParser(repeated(parseIdentity))
        .default({}, 'nothing'),
    )
    .option('--slo <bounds>', 'count the requests that keep all of these, instead of what the run was told', parseSlo)
    .option('--json', 'what was written as JSON on stdout', false)
    .addHelpText('after', `\nShapes:\n${shapes.map(([name, { title }]) => `  ${name.padEnd(17)} ${title}`).join('\n')}`)
    .addHelpText(
      'after',
      examples(
        'npx reprise results export --as csv runs/real --out tables',
        'npx reprise results export --as inferencex runs/real --job job.json --out artifacts',
        'npx reprise results export --as aiperf runs/real runs/other --out aiperf',
      ),
    )
    .action(async (folders: string[], { as, out, job: file, set, slo, json }: Options) => {
      const job = file === undefined ? undefined : await readJob(file)
      let reading = ''
      const progress = startProgress(io, {
        quiet: false,
        lines: (columns) => (reading === '' ? [] : [{ text: reading.slice(0, columns), tone: 'plain' }]),
        plain: () => reading,
      })
      const written = await writeExports(folders, {
        as,
        out,
        job,
        said: set,
        slo,
        onRun: (folder) => {
          reading = `reading ${logText(folder, 300)}`
        },
      }).finally(() => progress.end())
      if (written.unknown.length > 0)
        io.stderr.write(
          `not known: ${written.unknown.join(', ')}; readers leave such a result out. Give --job, or --set ${settable(written.unknown)}\n`,
        )
      if (json) writeJson(io, { as, ...written })
      else for (const { path, bytes } of written.files) io.stdout.write(`${path} (${grouped(bytes)} bytes)\n`)
    })
}

function settable(unknown: readonly string[]): string {
  const names = unknown.filter((name) => identityKeys.some((key) => key === name))
  return (names.length > 0 ? names : ['hw']).map((name) => `${name}=...`).join(',')
}

/** `hw=b200,framework=vllm`; several `--set` add up. */
function parseIdentity(text: string, before: SaidIdentity | undefined): SaidIdentity {
  const said: Partial<Record<IdentityKey, string>> = { ...before }
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    const key = identityKeys.find((each) => each === part.slice(0, at).trim())
    const value = part.slice(at + 1).trim()
    if (at < 0 || !key || value === '' || value.length > 300)
      throw new InvalidArgumentError(`Write key=value, as in hw=b200; the keys are ${identityKeys.join(', ')}.`)
    said[key] = value
  }
  return said
}
