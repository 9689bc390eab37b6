import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedRequest, Target } from '@reprise/replay-engine'
import { type Clock, monotonicOriginMs, WallClock } from '@reprise/replay-engine/clock'
import { HttpTarget, probeEndpoint } from '@reprise/replay-engine/endpoint'
import type { Corpus } from '@reprise/trace'
import { type ServedCli, serveCli } from '../../e2e/run-cli.ts'
import type { TokenCounts } from './client-reply.ts'
import type { Played } from './play-closed.ts'
import { type DatedRequest, playOpen } from './play-open.ts'

const warmUpGapMs = 25

/** A request as a server logged it. */
export interface ServedRequest extends TokenCounts {
  /** As its client names it. */
  readonly id: string
  readonly receivedMs: number
  /** When the engine took it for come. */
  readonly queuedMs: number
  readonly keyedMs: number
  readonly firstTokenMs: number
  readonly lastTokenMs: number
  readonly firstWriteMs: number
  readonly lastWriteMs: number
  /** Of every token. */
  readonly tokenMs: readonly number[]
  readonly writeMs: readonly number[]
}

export interface PlayedLive extends Played {
  readonly served: readonly ServedRequest[]
  /** To be added to an instant of the server for the client's. */
  readonly toClientMs: number
}

/**
 * Has requests played against a server that is a process of its own, and is ended whatever becomes of them.
 */
export async function playLive({
  description,
  flags = [],
  corpus,
  warmUp = [],
  play,
}: {
  /** Of the engine, as `--engine` takes it. */
  readonly description: unknown
  /** More words for `serve`. */
  readonly flags?: readonly string[]
  readonly corpus: Corpus
  /** Are sent before, in other words and for a few tokens: programs are slow at what they do for the first time. */
  readonly warmUp?: readonly PlannedRequest[]
  readonly play: (clock: Clock, target: Target) => Promise<Played>
}): Promise<PlayedLive> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-clocks-'))
  let server: ServedCli | undefined
  try {
    const [file, log] = [join(folder, 'engine.json'), join(folder, 'served.jsonl')]
    writeFileSync(file, JSON.stringify(description))
    // In vLLM's manner a request keeps the name that its client gives it.
    server = await serveCli(['--engine', file, '--manner', 'vllm', '--log', log, '--log-tokens', ...flags])
    const clock = new WallClock()
    const played = await playOn(server.url, { clock, corpus, warmUp, play })
    await server.stop()
    return {
      ...played,
      served: readLog(log).filter(({ id }) => played.replies.has(id)),
      toClientMs: server.monotonicOriginMs - monotonicOriginMs(clock),
    }
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playOn(
  url: string,
  {
    clock,
    corpus,
    warmUp,
    play,
  }: {
    readonly clock: Clock
    readonly corpus: Corpus
    readonly warmUp: readonly PlannedRequest[]
    readonly play: (clock: Clock, target: Target) => Promise<Played>
  },
): Promise<Played> {
  const endpoint = await probeEndpoint({ url })
  const target = new HttpTarget({ ...endpoint, url, clock, corpus, timeoutMs: 600_000, nameRequests: true })
  try {
    await playOpen(warmUpOf(warmUp, clock.now()), { clock, target })
    // What the probe and these left in the cache is in no simulation.
    await fetch(`${url}/reset_prefix_cache`, { method: 'POST' })
    return await play(clock, target)
  } finally {
    await target.close()
  }
}

function warmUpOf(requests: readonly PlannedRequest[], fromMs: number): DatedRequest[] {
  return requests.map((request, at) => {
    const other = { id: `warm-up-${at}`, outputTokens: 4, prompt: { ...request.prompt, scope: 'warm-up' } }
    return { request: { ...request, ...other }, atMs: fromMs + at * warmUpGapMs }
  })
}

function readLog(file: string): ServedRequest[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const { promptTokens, ...served } = JSON.parse(line)
    return { ...served, id: served.id.replace(/^chatcmpl-/, ''), inputTokens: promptTokens }
  })
}
