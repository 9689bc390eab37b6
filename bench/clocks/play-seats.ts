import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineTarget, parseEngineConfig } from '@reprise/engine-sim'
import {
  type Clock,
  type LoadOverrides,
  type PlannedRequest,
  planReplay,
  type RequestRecord,
  replay,
  sleepUntil,
  type Target,
  VirtualClock,
  WallClock,
} from '@reprise/replay-engine'
import { HttpTarget, probeEndpoint } from '@reprise/replay-engine/endpoint'
import { type Corpus, synthCorpus } from '@reprise/trace'
import { serveCli } from '../../e2e/run-cli.ts'
import { type SeenRequest, seenFrom } from './seen-request.ts'
import { simulateHeard } from './simulate-heard.ts'

export interface SeatsLoad {
  readonly seed: number
  readonly lanes: number
  readonly timeScale: number
}

/** The requests of one plan by their names, as each seat saw them. */
export interface Seats {
  /** The simulation of the plan. */
  readonly simulated: ReadonlyMap<string, SeenRequest>
  /** The same, but that every reply ends `lateMs` later: what the plan makes of a client that is late by that much. */
  readonly late: ReadonlyMap<string, SeenRequest>
  /** The client of a server that is a process of its own. */
  readonly client: ReadonlyMap<string, SeenRequest>
  /** That server, by the instants of its engine. */
  readonly server: ReadonlyMap<string, SeenRequest>
  /** The simulation of what that server heard, at the instants at which it heard it. */
  readonly heard: ReadonlyMap<string, SeenRequest>
}

/** Less than a client on a quiet machine needs for the end of a reply, the next prompt, and the way to the server. */
export const lateMs = 1

/** Plays one plan of synthetic sessions on both seats. `description`: of the engine, as `--engine` takes it. */
export async function playSeats(description: unknown, load: SeatsLoad): Promise<Seats> {
  const engine = parseEngineConfig(JSON.stringify(description))
  const corpus = synthCorpus({ seed: load.seed, traces: 32, scale: 0.1, turnScale: 0.25 })
  const overrides: LoadOverrides = {
    ...{ until: { kind: 'passes', passes: 1 }, start: { min: 0, max: 0 }, timeScale: load.timeScale },
    maxContextTokens: engine.scheduler.maxModelLen,
  }
  const plan = planReplay(corpus, { seed: load.seed, lanes: load.lanes, overrides })
  const requests = new Map<string, PlannedRequest>()
  const play = async (clock: Clock, target: Target) => {
    const records: RequestRecord[] = []
    const named: Target = {
      send: (request, ...rest) => {
        requests.set(request.id, request)
        return target.send(request, ...rest)
      },
    }
    await replay({ plan, corpus, clock, target: named, onRecord: (record) => records.push(record) })
    return seenByClient(records)
  }
  const simulate = (byMs: number) => {
    const clock = new VirtualClock()
    return clock.run(() => play(clock, endingLater(new EngineTarget(clock, engine, { everyToken: true }), clock, byMs)))
  }
  const [simulated, late] = [await simulate(0), await simulate(lateMs)]
  const { client, served } = await playLive(description, corpus, play)
  const heard = await simulateHeard(
    engine,
    served.map(({ id, queuedMs }) => ({ request: requests.get(id)!, atMs: queuedMs })),
  )
  // From where the server counts, too.
  const seen = served.map(({ id, receivedMs }) => [id, seenFrom(receivedMs, heard.get(id)!)] as const)
  return { simulated, late, client, server: seenByServer(served), heard: new Map(seen) }
}

function endingLater(target: Target, clock: Clock, byMs: number): Target {
  if (byMs === 0) return target
  return {
    send: async (...request) => {
      const outcome = await target.send(...request)
      await sleepUntil(clock, clock.now() + byMs)
      return outcome
    },
  }
}

interface ServedLine {
  readonly id: string
  readonly receivedMs: number
  readonly queuedMs: number
  readonly promptTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
  readonly firstTokenMs: number
  readonly lastTokenMs: number
}

async function playLive(
  description: unknown,
  corpus: Corpus,
  play: (clock: Clock, target: Target) => Promise<ReadonlyMap<string, SeenRequest>>,
): Promise<{ readonly client: ReadonlyMap<string, SeenRequest>; readonly served: readonly ServedLine[] }> {
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
    const client = await play(clock, target)
    await target.close()
    await server.stop()
    const named = readLines(log).filter(({ id }) => client.has(nameOf(id)))
    return { client, served: named.map((line) => ({ ...line, id: nameOf(line.id) })) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The client's name for a chat completion. */
function nameOf(id: string): string {
  return id.replace(/^chatcmpl-/, '')
}

function readLines(file: string): ServedLine[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as ServedLine)
}

/** Those that ended well. */
function seenByClient(records: readonly RequestRecord[]): ReadonlyMap<string, SeenRequest> {
  const ended = records.filter(({ outcome, sentMs }) => outcome.kind === 'ok' && sentMs !== undefined)
  return new Map(
    ended.map(({ id, sentMs, inputTokens = 0, outputTokens = 0, cachedTokens = 0, ...instants }) => [
      id,
      seenFrom(sentMs!, { ...instants, inputTokens, outputTokens, cachedTokens }),
    ]),
  )
}

/** From the instant at which each began to come. */
function seenByServer(served: readonly ServedLine[]): ReadonlyMap<string, SeenRequest> {
  return new Map(
    served.map(({ id, receivedMs, promptTokens, ...line }) => [
      id,
      seenFrom(receivedMs, { ...line, inputTokens: promptTokens }),
    ]),
  )
}
