import { EngineTarget, parseEngineConfig } from '@reprise/engine-sim'
import { type LoadOverrides, planReplay, VirtualClock } from '@reprise/replay-engine'
import { synthCorpus } from '@reprise/trace'
import { asLate, type Lateness } from './play-late.ts'
import { type PlayedLive, playLive } from './play-live.ts'
import { playPlan } from './play-plan.ts'
import { type SeenRequest, seenFrom } from './seen-request.ts'
import { simulateHeard } from './simulate-heard.ts'

export interface SeatsLoad {
  readonly seed: number
  readonly lanes: number
  readonly timeScale: number
}

type Seen = ReadonlyMap<string, SeenRequest>

/** The requests of one plan by their names, as each seat saw them. */
export interface Seats {
  /** The simulation of the plan, with a client that is never late. */
  readonly punctual: Seen
  /** With one that is late by `lateMs` at the end of every reply. */
  readonly late: Seen
  /** With one that is as late with every request as the live one was measured to be. */
  readonly asLate: Seen
  /** The client of a server that is a process of its own. */
  readonly client: Seen
  /** That server, by the instants of its engine, from where each request began to come. */
  readonly server: Seen
  /** The simulation of what that server heard, at the instants at which it heard it, and from where it counts. */
  readonly heard: Seen
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
  const simulate = async (lateness: (id: string) => Lateness | undefined) => {
    const clock = new VirtualClock()
    const target = asLate(new EngineTarget(clock, engine, { everyToken: true }), clock, lateness)
    return (await clock.run(() => playPlan({ plan, corpus, clock, target }))).seen
  }
  const live = await playLive(description, plan, corpus)
  const measured = latenessOf(live)
  const heard = await simulateHeard(
    engine,
    live.served.map(({ id, queuedMs }) => ({ request: live.requests.get(id)!, atMs: queuedMs })),
  )
  return {
    punctual: await simulate(() => undefined),
    late: await simulate(() => ({ beforeMs: 0, behindMs: lateMs })),
    asLate: await simulate((id) => measured.get(id)),
    client: live.seen,
    server: new Map(
      live.served.map(({ promptTokens, ...line }) => [
        line.id,
        seenFrom(line.receivedMs, { ...line, inputTokens: promptTokens }),
      ]),
    ),
    heard: new Map(live.served.map(({ id, receivedMs }) => [id, seenFrom(receivedMs, heard.get(id)!)])),
  }
}

function latenessOf({ served, toClientMs, dueMs, endedMs }: PlayedLive): ReadonlyMap<string, Lateness> {
  return new Map(
    served.map(({ id, queuedMs, lastTokenMs }) => [
      id,
      { beforeMs: queuedMs + toClientMs - dueMs.get(id)!, behindMs: endedMs.get(id)! - lastTokenMs - toClientMs },
    ]),
  )
}
