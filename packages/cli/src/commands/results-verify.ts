import {
  checkAttestation,
  renderVerification,
  type Verification,
  type VerifyOptions,
  verificationOf,
  verifyRun,
} from '@reprise/result-aggregator'
import { findRuns, StoredPlans } from '@reprise/result-aggregator/run'
import { logText } from '@reprise/safe-text'
import { type Command, CommanderError } from 'commander'
import { readKey } from '../options/read-key.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'
import { replayedCorpus } from './replayed-corpus.ts'

interface Options {
  readonly traces?: string
  readonly attestation?: string
  readonly publicKey?: string
  readonly verbose: boolean
  readonly quiet: boolean
  readonly json: boolean
}

/** `reprise results verify`: runs of others, asked everything that their files can be asked. */
export function registerResultsVerify(results: Command, { io, setExitCode }: CommandContext): void {
  results
    .command('verify')
    .argument('<run...>', 'run folders, or folders of them')
    .description('Compute every figure again from the records, and ask whether a run and the world allow them.')
    .option('--traces <path>', 'the traces that were replayed: what a cache could have held is computed again')
    .option('--attestation <file>', 'who vouches for the run; default: the attestation.json that lies in its folder')
    .option('--public-key <file>', 'of whoever is trusted (Ed25519, PEM): the attestation has to be signed with it')
    .option('--verbose', 'every check of every run, where there are several', false)
    .option('--quiet', 'no progress', false)
    .option('--json', 'every check, with every place that it found, as JSON on stdout', false)
    .addHelpText('after', '\nEnds with 4 where a check fails. docs/verify.md says what each of them is.')
    .addHelpText(
      'after',
      examples(
        'npx reprise results verify runs/real',
        'npx reprise results verify artifacts --json > verification.json',
        'npx reprise results verify runs/real --traces traces',
        'npx reprise results verify runs/real --public-key public.pem',
      ),
    )
    .action(async (paths: string[], options: Options) => setExitCode(await verify(paths, options, io)))
}

async function verify(paths: readonly string[], options: Options, io: Io): Promise<number> {
  const folders = await findRuns(paths)
  if (options.attestation !== undefined && folders.length > 1)
    throw new UsageError(
      `--attestation is of one run, and there are ${folders.length}; each is asked for the one in its folder`,
    )
  const { attestation, publicKey } = options
  const publicKeyPem =
    publicKey === undefined ? undefined : await readKey(publicKey, { flag: '--public-key', stdin: false })
  const plans = new StoredPlans()
  const found: Verification[] = []
  let at = ''
  let read = 0
  const progress = startProgress(io, {
    quiet: options.quiet,
    lines: (columns) => [{ text: wordsOf(at, read).slice(0, columns), tone: 'plain' }],
    plain: () => wordsOf(at, read),
  })
  try {
    for (const folder of folders) {
      at = folder
      read = 0
      const { checks } = await verifyRun(folder, {
        plans,
        nowMs: Date.now(),
        corpus: corpusOf(options, io),
        onRecords: (records) => {
          read = records
        },
      })
      const vouched = await checkAttestation(folder, { attestation, publicKeyPem })
      found.push(verificationOf(folder, [...checks, ...vouched]))
    }
  } finally {
    progress.end()
  }
  if (options.json) writeJson(io, found.length === 1 ? found[0] : found)
  else io.stdout.write(`${found.map((each) => renderVerification(each, showing(found, options))).join('\n')}\n`)
  return found.some(({ outcome }) => outcome === 'fail') ? exitCodes.invalid : exitCodes.done
}

function showing(found: readonly Verification[], { verbose }: Options): { readonly all: boolean } {
  return { all: verbose || found.length === 1 }
}

function wordsOf(folder: string, records: number): string {
  return `verifying ${logText(folder, 300)}${records > 0 ? `: ${grouped(records)} records` : ''}`
}

function corpusOf({ traces, quiet }: Options, io: Io): VerifyOptions['corpus'] {
  if (traces === undefined) return undefined
  return async (run) => {
    const talk = { ...io, quiet }
    try {
      return await replayedCorpus(run, { words: run.argv ?? [], traces }, talk)
    } catch (error) {
      // Its command line is somebody's word: one that cannot be read says nothing of how its traces were.
      if (!(error instanceof CommanderError)) throw error
      return await replayedCorpus(run, { words: [], traces }, talk)
    }
  }
}
