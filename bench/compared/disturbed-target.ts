import type { VllmEngineConfig } from '@reprise/engine-sim/core'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import type { Target } from '@reprise/replay-engine'
import { type Clock, sleepUntil } from '@reprise/replay-engine/clock'
import type { Observer, Outcome } from '@reprise/wire'

/** How a server differs from itself on another day. */
export interface Disturbance {
  readonly seed: number
  /** Standard deviation of the logarithm of its speed, which wanders over minutes; 0: its speed is always the same. */
  readonly drift: number
}

/**
 * The embedded engine behind a network: each request takes a few milliseconds to it, so that batches are others from day to day, and what the engine does may drift.
 */
export function disturbedTarget(clock: Clock, engine: VllmEngineConfig, { seed, drift }: Disturbance): Target {
  const [way, wander] = [drawsOf(2 * seed), drawsOf(2 * seed + 1)]
  const target =
    drift === 0
      ? new EngineTarget(clock, engine)
      : new EngineTarget(
          clock,
          { ...engine, stepTime: drifting(engine.stepTime, speedOf(clock, drift, wander)) },
          { everyToken: true },
        )
  return {
    send: async (request, observer, signal): Promise<Outcome> => {
      observer.sent(clock.now())
      const arrivalMs = clock.now() + WAY_MS * Math.exp(WAY_SPREAD * normal(way))
      await sleepUntil(clock, arrivalMs, signal).catch(() => {})
      return signal.aborted ? { kind: 'cancelled' } : target.send(request, alreadySent(observer), signal)
    },
  }
}

const WAY_MS = 3
const WAY_SPREAD = 0.7
/** The speed is drawn anew so often, and forgets half of what it was in about two minutes. */
const STEP_MS = 5000
const MEMORY_MS = 180_000

function alreadySent(observer: Observer): Observer {
  return new Proxy(observer, {
    get: (own, name) => {
      if (name === 'sent') return () => {}
      const value: unknown = Reflect.get(own, name)
      return typeof value === 'function' ? value.bind(own) : value
    },
  })
}

function speedOf(clock: Clock, drift: number, draws: () => number): () => number {
  const kept = Math.exp(-STEP_MS / MEMORY_MS)
  const logs = [normal(draws)]
  return () => {
    const at = Math.max(0, Math.floor(clock.now() / STEP_MS))
    while (logs.length <= at) logs.push(kept * logs.at(-1)! + Math.sqrt(1 - kept ** 2) * normal(draws))
    return Math.exp(drift * logs[at]!)
  }
}

function drifting<Times extends Readonly<Record<string, number>>>(times: Times, speed: () => number): Times {
  const entries = Object.entries(times).map(
    ([name, ms]) => [name, { enumerable: true, get: () => ms * speed() }] as const,
  )
  return Object.defineProperties({}, Object.fromEntries(entries)) as Times
}

function normal(draws: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draws())) * Math.cos(2 * Math.PI * draws())
}

/** Source: mulberry32, a public-domain generator by Tommy Ettinger. */
function drawsOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
