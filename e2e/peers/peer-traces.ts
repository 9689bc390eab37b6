import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Corpus, corpusStats, readCorpus, synthCorpus, writeWekaCorpus } from '@reprise/trace'
import { runCli } from '../run-cli.ts'
import { root } from '../sources.ts'

export interface PeerTraces {
  /** Traces with subagents of one level: what readers of others hold. */
  readonly trees: string
  /** Sessions alone. */
  readonly sessions: string
  /** `trace convert` of one of them; returns the path. */
  convert(from: string, to: 'weka' | 'dynamo' | 'mooncake' | 'agentic-mooncake'): Promise<string>
  remove(): void
}

/** What a corpus is to a reader that counts. */
export interface Totals {
  readonly requests: number
  readonly sessions: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The real traces of Mooncake, where they are. */
export const mooncakeTrace = join(root, '../shared/data/mooncake/conversation_trace.jsonl.gz')
export const mooncakeIsHere = existsSync(mooncakeTrace)
if (!mooncakeIsHere) console.warn('SKIPPED: the real Mooncake trace is not at ../shared/data')

/** Small corpora of our own generator, as folders of WEKA files. */
export async function peerTraces(): Promise<PeerTraces> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-peer-traces-'))
  const [trees, sessions] = [join(folder, 'trees'), join(folder, 'sessions')]
  const size = { scale: 0.02, turnScale: 0.15 }
  const deep = synthCorpus({ seed: 3, traces: 16, subagentShare: 1, ...size })
  const ofOneLevel = deep.traces.filter((trace) => trace.sessions.every(({ parent = 0 }) => parent === 0))
  await writeWekaCorpus({ ...deep, traces: ofOneLevel }, trees)
  await writeWekaCorpus(synthCorpus({ seed: 3, traces: 6, subagentShare: 0, ...size }), sessions)
  let files = 0
  return {
    trees,
    sessions,
    async convert(from, to) {
      files += 1
      const out = join(folder, to === 'weka' ? `${files}` : `${files}.jsonl`)
      const args = ['trace', 'convert', from, '--to', to, '--out', out, '--plain', '--quiet']
      const { code, stderr } = await runCli(args)
      if (code !== 0) throw new Error(stderr)
      return out
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

export async function totalsOf(path: string): Promise<Totals> {
  const { corpus } = await readCorpus(path)
  const { requests, subagentRequests } = corpusStats(corpus)
  const turns = corpus.traces.flatMap((trace) => trace.sessions).flatMap((session) => session.turns)
  return {
    requests: requests + subagentRequests,
    sessions: sessionsOf(corpus),
    inputTokens: turns.reduce((sum, turn) => sum + turn.inputTokens, 0),
    outputTokens: turns.reduce((sum, turn) => sum + turn.outputTokens, 0),
  }
}

function sessionsOf({ traces }: Corpus): number {
  return traces.reduce((sum, { sessions }) => sum + sessions.length, 0)
}
