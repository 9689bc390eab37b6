import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monotonicOriginMs, type Plan, WallClock } from '@reprise/replay-engine'
import { HttpTarget, probeEndpoint } from '@reprise/replay-engine/endpoint'
import type { Corpus } from '@reprise/trace'
import { serveCli } from '../../e2e/run-cli.ts'
import { type Played, playPlan } from './play-plan.ts'

/** A request as a server logged it. */
export interface ServedRequest {
  /** As its client names it. */
  readonly id: string
  readonly receivedMs: number
  /** When the engine took it for come. */
  readonly queuedMs: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly firstTokenMs: number
  readonly lastTokenMs: number
}

export interface PlayedLive extends Played {
  readonly served: readonly ServedRequest[]
  /** To be added to an instant of the server for the client's. */
  readonly toClientMs: number
}

/** Plays a plan against a server that is a process of its own. `description`: of the engine, as `--engine` takes it. */
export async function playLive(description: unknown, plan: Plan, corpus: Corpus): Promise<PlayedLive> {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-clocks-'))
  try {
    const [file, log] = [join(folder, 'engine.json'), join(folder, 'served.jsonl')]
    writeFileSync(file, JSON.stringify(description))
    // In vLLM's manner a request keeps the name that its client gives it.
    const server = await serveCli(['--engine', file, '--manner', 'vllm', '--log', log])
    const endpoint = await probeEndpoint({ url: server.url })
    // What the probe left in the cache is in no simulation.
    await fetch(`${server.url}/reset_prefix_cache`, { method: 'POST' })
    const clock = new WallClock()
    const options = { ...endpoint, url: server.url, clock, corpus, timeoutMs: 600_000, nameRequests: true }
    const target = new HttpTarget(options)
    const played = await playPlan({ plan, corpus, clock, target })
    await target.close()
    await server.stop()
    const named = readLines(log).map((line) => ({ ...line, id: line.id.replace(/^chatcmpl-/, '') }))
    return {
      ...played,
      served: named.filter(({ id }) => played.seen.has(id)),
      toClientMs: server.monotonicOriginMs - monotonicOriginMs(clock),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readLines(file: string): ServedRequest[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as ServedRequest)
}
