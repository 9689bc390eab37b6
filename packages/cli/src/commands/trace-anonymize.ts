import {
  type Anonymized,
  anonymizeCorpus,
  type Keepable,
  keepable,
  LeakScan,
  type ReadCorpus,
  toRecords,
  writeFileWhole,
} from '@reprise/trace'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseCount } from '../options/parse-count.ts'
import { readSalt, type Salt, saltVariable } from '../options/read-salt.ts'
import { addReadingOptions, type ReadingOptions, tracesWords } from '../options/reading-options.ts'
import { plainOption, type TraceTarget, traceTargets } from '../options/trace-targets.ts'
import { readTraces } from '../run/load-corpus.ts'
import { writeTraces } from '../run/write-traces.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples, grouped, several, writeJson } from '../terminal/output.ts'

interface AnonymizeOptions extends ReadingOptions {
  readonly out: string
  readonly plain: boolean
  readonly to?: TraceTarget
  readonly keep: readonly Keepable[]
  readonly rareBelow: number
  readonly saltFile?: string
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise trace anonymize`: traces that may be shared, or none. */
export function registerTraceAnonymize(trace: Command, { io }: CommandContext): void {
  addReadingOptions(
    trace
      .command('anonymize')
      .argument('<path>', tracesWords)
      .description('Write traces without what tells who was recorded; nothing where something suspicious is left.'),
  )
    .requiredOption(
      '--out <path>',
      'dynamo, mooncake: a file (.jsonl, .jsonl.gz); weka: a folder, one .json.gz per trace',
    )
    .addOption(new Option('--to <format>', 'what to write; default: what was read, or mooncake').choices(traceTargets))
    .option('--keep <names>', `names that stay as they are: ${keepable.join(', ')}`, parseKeep, [])
    .option('--rare-below <n>', 'lengths that fewer requests have are made coarse; 0: none', parseCount(0), 5)
    .option('--salt-file <file>', `the secret; default: ${saltVariable}, else a file of yours, made if it is not there`)
    .addOption(plainOption())
    .option('--json', 'what was written, as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise trace anonymize shards/ --out shared.jsonl.gz',
        'npx reprise trace anonymize traces/ --out shared/ --keep models --salt-file salt.txt',
      ),
    )
    .action(async (path: string, options: AnonymizeOptions) => {
      const salt = await readSalt(options.saltFile, io.env)
      const read = await readTraces(path, options, { ...io, quiet: options.quiet })
      const { format } = read.corpus.origin
      // What only has lengths is not written as it came.
      const { out, rareBelow, to = traceTargets.find((target) => target === format) ?? 'mooncake' } = options
      const anonymized = anonymizeCorpus(read.corpus, {
        salt: salt.text,
        keep: new Set(options.keep),
        rareBelow,
      })
      refuseLeaks(anonymized, to, read)
      const written = await writeTraces(anonymized.corpus, { to, out, plain: options.plain })
      const { stillRare } = anonymized
      const losses = [...anonymized.losses, ...written]
      const traces = read.corpus.traces.length
      const report = { from: read.corpus.origin.format, to, traces, rareBelow, stillRare, losses }
      const lossFile = `${out.replace(/\/+$/, '')}.losses.json`
      await writeFileWhole(lossFile, `${JSON.stringify(report, null, 2)}\n`)
      if (options.json) writeJson(io, { ...report, out, lossFile, salt: { from: salt.from, isNew: salt.isNew } })
      else io.stdout.write(renderReport(report, { out, salt }))
    })
}

/** @throws TraceError where anything is left that nobody knows to be harmless. */
function refuseLeaks(anonymized: Anonymized, to: TraceTarget, { placeOf }: Pick<ReadCorpus, 'placeOf'>): void {
  const { corpus, forbidden, kept, originals } = anonymized
  const scan = new LeakScan({
    forbidden,
    kept,
    placeOf: (pseudonym) => {
      const original = originals.get(pseudonym)
      const place = original && placeOf({ ...original, turn: 0 })
      return place && [place.file, ...(place.line === undefined ? [] : [place.line])].join(':')
    },
  })
  for (const record of toRecords(corpus, to).records) scan.add(record)
  scan.refuse()
}

interface Report {
  readonly traces: number
  readonly rareBelow: number
  readonly stillRare: Anonymized['stillRare']
  readonly losses: Anonymized['losses']
}

function renderReport(
  { traces, rareBelow, stillRare, losses }: Report,
  { out, salt }: { readonly out: string; readonly salt: Salt },
): string {
  const lines = losses.map(({ kind, field, count, why }) => `  ${kind} ${field}: ${why} (${grouped(count)})\n`)
  const rare =
    rareBelow === 0
      ? ''
      : `lengths that fewer than ${rareBelow} requests have all the same: ${several(stillRare.inputs, 'input')}, ${several(stillRare.outputs, 'output')}\n`
  const secret = salt.isNew ? `a new salt is kept in ${salt.from}` : `salt of ${salt.from}`
  return [
    `wrote ${several(traces, 'trace')} to ${out}; the scan found nothing that tells who was recorded\n`,
    `what is not as it was:\n${lines.join('')}`,
    rare,
    `${secret}; keep it to yourself: who has it can try names\n`,
  ].join('')
}

function parseKeep(text: string): Keepable[] {
  return text.split(',').map((word) => {
    const found = keepable.find((each) => each === word.trim())
    if (found === undefined) throw new InvalidArgumentError(`Write ${keepable.join(' or ')}, or both with a comma.`)
    return found
  })
}
