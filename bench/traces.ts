/**
 * How long traces take to load, and how much memory: each in a process of its own, so that nothing is warm but the disk.
 *
 *   node bench/traces.ts [--weka PATH] [--mooncake PATH] [--shard-gb 2] [--rounds 5] [--only weka,mooncake,dynamo]
 *
 * Without paths they are generated in the shapes of the public ones. Budgets: 355 WEKA traces in 3 s and 300 MiB; 12,031 Mooncake rows in 1 s; a
 * shard of Dynamo of 2 GB in 600 MiB. The second time, from what is kept of the first: 355 traces in 0.5 s.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { synthCorpus, writeLines, writeWekaCorpus } from '@reprise/trace'
import { quantile } from '@reprise/trace/quantile'
import { benchFlags } from './bench-flags.ts'
import { dynamoShard } from './traces/dynamo-shard.ts'
import { mooncakeRows } from './traces/mooncake-rows.ts'

const { flags } = benchFlags(import.meta, {
  weka: { type: 'string' },
  mooncake: { type: 'string' },
  'shard-gb': { type: 'string', default: '2' },
  rounds: { type: 'string', default: '5' },
  only: { type: 'string', default: 'weka,mooncake,dynamo' },
})
const wanted = flags.only.split(',')
const rounds = Number(flags.rounds)
const folder = mkdtempSync(join(tmpdir(), 'reprise-traces-'))
process.stdout.write(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; medians of ${rounds}\n`,
)
try {
  if (wanted.includes('weka')) {
    const path = flags.weka ?? (await wekaFolder())
    const digest = report('WEKA', path, { s: 3, mib: 300 })
    const store = join(folder, 'kept')
    readOnce(path, store)
    if (report('WEKA, kept', path, { s: 0.5 }, store) !== digest) throw new Error('what was kept is another corpus')
  }
  if (wanted.includes('mooncake')) report('Mooncake', flags.mooncake ?? (await mooncakeFile()), { s: 1 })
  if (wanted.includes('dynamo')) report('Dynamo', await shardFile(Number(flags['shard-gb'])), { mib: 600 })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

interface Budget {
  readonly s?: number
  readonly mib?: number
}

interface Reading {
  readonly seconds: number
  readonly mib: number
  readonly traces: number
  readonly requests: number
  readonly digest: string
}

/** Returns the digest of the corpus. */
function report(name: string, path: string, budget: Budget, store?: string): string {
  const readings = Array.from({ length: rounds }, () => readOnce(path, store))
  const median = (of: (reading: Reading) => number) =>
    quantile(
      readings.map(of).sort((a, b) => a - b),
      0.5,
    )!
  const [seconds, mib] = [median((each) => each.seconds), median((each) => each.mib)]
  const { traces, requests, digest } = readings[0]!
  const figures = [
    `${traces} traces`,
    `${requests} requests`,
    `${seconds.toFixed(2)} s${over(seconds, budget.s, 's')}`,
    `${Math.round(mib)} MiB${over(mib, budget.mib, 'MiB')}`,
  ]
  process.stdout.write(`${name.padEnd(12)}${figures.join('  ')}\n`)
  return digest
}

function over(value: number, budget: number | undefined, unit: string): string {
  if (budget === undefined) return ''
  return value <= budget ? ` of ${budget} ${unit}` : `, OVER ${budget} ${unit}`
}

function readOnce(path: string, store?: string): Reading {
  const script = new URL('traces/read-once.ts', import.meta.url).pathname
  return JSON.parse(
    execFileSync(process.execPath, [script, path, ...(store === undefined ? [] : [store])], { encoding: 'utf8' }),
  )
}

async function wekaFolder(): Promise<string> {
  const path = join(folder, 'weka')
  await writeWekaCorpus(synthCorpus({ seed: 42, traces: 355 }), path, { gzip: true })
  return path
}

async function mooncakeFile(): Promise<string> {
  const path = join(folder, 'rows.jsonl.gz')
  await writeLines(mooncakeRows(12_031), path)
  return path
}

async function shardFile(gigabytes: number): Promise<string> {
  const path = join(folder, 'shard.jsonl')
  await writeLines(dynamoShard(gigabytes * 1e9), path)
  return path
}
