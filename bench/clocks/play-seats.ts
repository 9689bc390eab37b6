import { type EngineConfig, parseEngineConfig } from '@reprise/engine-sim'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { type LoadOverrides, planReplay, type Target } from '@reprise/replay-engine'
import { type Clock, VirtualClock } from '@reprise/replay-engine/clock'
import { type Corpus, synthCorpus } from '@reprise/trace'
import { asLate, type Lateness, latenessOf, redrawn } from './lateness.ts'
import { type Played, playClosed } from './play-closed.ts'
import { type PlayedLive, playLive } from './play-live.ts'
import { playOpen } from './play-open.ts'
import { type SeenRequest, seenFrom } from './seen-request.ts'
import { simulateHeard } from './simulate-heard.ts'

export interface SeatsLoad {
  /**
   * `closed`: what waits for a reply is sent when that has ended, as it does live. `open`: every request at the instant at which the
   * simulation sends it.
   */
  readonly kind: 'closed' | 'open'
  readonly lanes: number
  readonly timeScale: number
  /** Of the synthetic sessions. */
  readonly sessions: {
    readonly seed: number
    readonly traces: number
    readonly scale: number
    readonly turnScale: number
  }
}

type Seen = ReadonlyMap<string, SeenRequest>

/** The requests of one plan by their names, as each seat saw them. */
export interface Seats {
  /** The simulation of the plan, with a client that is never late. */
  readonly punctual: Seen
  /** With clients that are as late as the live one was, each with another request. */
  readonly redrawn: readonly Seen[]
  /** With one that is as late with every request as the live one was measured to be. */
  readonly asLate: Seen
  /** The client of a server that is a process of its own. */
  readonly client: Seen
  /** That server, by the instants of its engine, from where each request began to come. */
  readonly server: Seen
  /** The simulation of what that server heard, at the instants at which it heard it, and from where it counts. */
  readonly heard: Seen
  readonly live: PlayedLive
}

/** So many that a figure which is like them lies beyond all of them once in twenty times. */
const redraws = Array.from({ length: 39 }, (_, at) => at + 1)

/** Enough that what is done for each request has been compiled. */
const warmUpRequests = 200

/** Before the first request of an open load, to be ready for it. */
const leadMs = 200

/** What is asked on both seats. */
export interface SeatsEngine {
  /** As `--engine` takes it; step times are constants. */
  readonly description: { readonly stepTime: Readonly<Record<string, number>> }
  /** As the flags of `serve`. */
  readonly speedup: number
  readonly streamInterval: number
}

/** Plays one plan of synthetic sessions on both seats. */
export async function playSeats(
  { description, speedup, streamInterval }: SeatsEngine,
  load: SeatsLoad,
): Promise<Seats> {
  // An engine whose time runs faster is one whose steps are shorter.
  const stepTime = Object.entries(description.stepTime).map(([name, value]) => [name, value / speedup])
  const engine = parseEngineConfig(JSON.stringify({ ...description, stepTime: Object.fromEntries(stepTime) }))
  const corpus = synthCorpus(load.sessions)
  const simulate = simulatorOf(engine, corpus, load)
  const punctual = await simulate(new Map())
  const play = load.kind === 'closed' ? playerOf(engine, corpus, load) : openPlayerOf(punctual)
  const serveFlags = ['--speedup', String(speedup), '--stream-interval', String(streamInterval)]
  const warmUp = [...punctual.requests.values()].slice(0, warmUpRequests)
  const live = await playLive({ description, flags: serveFlags, corpus, warmUp, play })
  const measured = latenessOf(live)
  const heard = await simulateHeard(
    engine,
    live.served.map(({ id, queuedMs }) => ({ request: live.requests.get(id)!, atMs: queuedMs })),
  )
  const fromReceived = new Map(live.served.map(({ id, receivedMs }) => [id, seenFrom(receivedMs, heard.get(id)!)]))
  const isClosed = load.kind === 'closed'
  const late = (lateness: ReadonlyMap<string, Lateness>) =>
    isClosed ? simulate(lateness) : simulateLate(engine, punctual, lateness)
  return {
    live,
    punctual: seenOf(punctual),
    redrawn: await Promise.all(redraws.map(async (seed) => seenOf(await late(redrawn(measured, seed))))),
    asLate: isClosed ? seenOf(await late(measured)) : fromReceived,
    client: seenOf(live),
    server: new Map(live.served.map((line) => [line.id, seenFrom(line.receivedMs, line)])),
    heard: fromReceived,
  }
}

/** Every request at its own instant, but for the lateness before it. */
async function simulateLate(
  engine: EngineConfig,
  { requests, replies }: Played,
  lateness: ReadonlyMap<string, Lateness>,
): Promise<Played> {
  const dated = [...requests].map(([id, request]) => {
    return { request, atMs: replies.get(id)!.dueMs + Math.max(0, lateness.get(id)?.beforeMs ?? 0) }
  })
  return { requests, replies: await simulateHeard(engine, dated) }
}

function simulatorOf(engine: EngineConfig, corpus: Corpus, load: SeatsLoad) {
  return (lateness: ReadonlyMap<string, Lateness>): Promise<Played> => {
    const clock = new VirtualClock()
    const target = asLate(new EngineTarget(clock, engine, { everyToken: true }), clock, lateness)
    return clock.run(() => playerOf(engine, corpus, load)(clock, target))
  }
}

function playerOf(engine: EngineConfig, corpus: Corpus, { lanes, timeScale, sessions }: SeatsLoad) {
  const overrides: LoadOverrides = {
    ...{ until: { kind: 'passes', passes: 1 }, start: { min: 0, max: 0 }, timeScale },
    maxContextTokens: engine.scheduler.maxModelLen,
  }
  const plan = planReplay(corpus, { seed: sessions.seed, lanes, overrides })
  return (clock: Clock, target: Target) => playClosed({ plan, corpus, clock, target })
}

function openPlayerOf({ requests, replies }: Played) {
  return async (clock: Clock, target: Target): Promise<Played> => {
    const fromMs = clock.now() + leadMs
    const dated = [...requests].map(([id, request]) => ({ request, atMs: fromMs + replies.get(id)!.dueMs }))
    return { requests, replies: await playOpen(dated, { clock, target }) }
  }
}

function seenOf({ replies }: Played): Seen {
  return new Map([...replies].map(([id, reply]) => [id, seenFrom(reply.sentMs, reply)]))
}
