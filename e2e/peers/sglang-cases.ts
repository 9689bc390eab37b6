import { diceOf } from '../../packages/engine-sim/src/core/engines/dice.ts'

/** Settings of SGLang's scheduler, in the form of its logs; what follows from others is written by whoever runs it. */
export type SglangSettings = Readonly<Record<string, unknown>>

interface Turn {
  readonly in: number
  readonly out: number
  /** Most output tokens asked for. */
  readonly max: number
  /** Runs of tokens, of which the prompt is made. */
  readonly segs: readonly (readonly [number, number])[]
  /** The run of tokens that its output is. */
  readonly outx: number
  /** It goes on to `max` whatever comes. */
  readonly ie: boolean
  /** Seconds after the turn before has ended. */
  readonly delay: number
  readonly priority: number
  /** Seconds after it was sent at which it is given up. */
  readonly abort?: number
}

interface Session {
  readonly id: string
  readonly turns: readonly Turn[]
}

/** One run of SGLang's scheduler: a plan of closed lanes in the form of the logged ones, and the settings that it runs with. */
export interface SglangCase {
  readonly name: string
  readonly kind: string
  readonly cfg: SglangSettings
  readonly plan: {
    readonly token_formula: string
    readonly sessions: readonly Session[]
    readonly lanes: readonly (readonly string[])[]
  }
}

type Dice = (least: number, most: number) => number

/** What a kind of case has over the plain one: settings, and what its load is like. */
interface Kind {
  readonly cfg?: (dice: Dice) => SglangSettings
  readonly load?: Partial<Load>
}

interface Load {
  readonly pageSizes: readonly number[]
  /** Pools that a sequence of full length fits in so many times. */
  readonly rooms: readonly [number, number]
  /** Tokens of a sequence of full length, in pages or, where those are small, eights. */
  readonly lengths: readonly [number, number]
  readonly lanes: readonly [number, number]
  readonly output: readonly [number, number]
  /** Tokens more that a text that ends early was allowed. */
  readonly allowed: readonly [number, number]
  /** Of those turns that are not sent at once when the one before has ended. */
  readonly delayMs: readonly [number, number]
  /** Of 100 turns. */
  readonly atOnce: number
  readonly aborted: number
  readonly endEarly: number
  readonly ignoreEos: number
  readonly toTheLimit: number
  /** Most that a turn adds to its prompt, of 100 tokens of the longest. */
  readonly growth: number
  /** Of 100 sessions: begin as others do. */
  readonly shared: number
}

const plain: Load = {
  ...{ pageSizes: [1, 1, 16, 32, 64], rooms: [2, 8], lengths: [8, 40], lanes: [1, 14], output: [1, 60] },
  ...{ delayMs: [0, 400], allowed: [1, 60] },
  ...{ atOnce: 20, aborted: 0, endEarly: 30, ignoreEos: 50, toTheLimit: 3, growth: 25, shared: 60 },
}
/** Little is reserved, much is generated and memory is short; in waves, since an idle engine forgets that somebody lost his memory. */
const storm: Partial<Load> = {
  ...{ rooms: [3, 6], output: [30, 90], ignoreEos: 0, endEarly: 10, lanes: [20, 40], lengths: [12, 18], growth: 5 },
  ...{ pageSizes: [1, 1, 2, 8, 16], toTheLimit: 0, delayMs: [1000, 1300], atOnce: 0 },
}
const hopeful = (dice: Dice) => ({ conservativeness: dice(1, 8) / 100, max_running_requests: dice(16, 40) })
const overlap = { overlap: true }
const mixed = { mixed_chunk: true }
const lpm = { schedule_policy: 'lpm' }
const uncached = { radix: false }

export const sglangKinds: Readonly<Record<string, Kind>> = {
  plain: {},
  storm: { cfg: hopeful, load: storm },
  'prompts whole': { cfg: () => ({ chunked_prefill_size: null }) },
  'prompts whole, short steps': {
    cfg: (dice) => ({ chunked_prefill_size: null, max_prefill_tokens: dice(8, 200) }),
  },
  'all at one instant': { load: { atOnce: 100 } },
  'short chunks': { cfg: (dice) => ({ chunked_prefill_size: dice(1, 3) * 64 }), load: { lengths: [20, 60] } },
  'many wait': { load: { lanes: [130, 180], atOnce: 90, lengths: [6, 9], rooms: [1, 3], output: [1, 12] } },
  'much more output allowed than comes': {
    load: { pageSizes: [1, 16], lengths: [700, 1200], rooms: [1, 3], growth: 4, ignoreEos: 0, allowed: [4000, 9000] },
  },
  'one token': { load: { output: [1, 1] } },
  'to the limit': { load: { toTheLimit: 70, output: [1, 300] } },
  'fewer run than could': { cfg: (dice) => ({ max_running_requests: dice(1, 3) }) },
  conservative: { cfg: (dice) => ({ conservativeness: dice(100, 160) / 100 }) },
  lpm: { cfg: () => lpm },
  'lpm, storm': { cfg: (dice) => ({ ...lpm, ...hopeful(dice) }), load: storm },
  'lpm, all at one instant': { cfg: () => lpm, load: { atOnce: 100, shared: 95 } },
  'lpm, many wait': { cfg: () => lpm, load: { lanes: [120, 180], atOnce: 90, lengths: [6, 9], output: [1, 12] } },
  'nothing cached': { cfg: () => uncached },
  'nothing cached, storm': { cfg: (dice) => ({ ...uncached, ...hopeful(dice) }), load: { ...storm, ignoreEos: 30 } },
  'nothing cached, to the length': { cfg: () => uncached, load: { ignoreEos: 100, rooms: [1, 4] } },
  mixed: { cfg: () => mixed },
  'mixed, storm': { cfg: (dice) => ({ ...mixed, ...hopeful(dice) }), load: storm },
  overlap: { cfg: () => overlap },
  'overlap, storm': { cfg: (dice) => ({ ...overlap, ...hopeful(dice) }), load: storm },
  'overlap, ends early': { cfg: () => overlap, load: { endEarly: 80, ignoreEos: 10 } },
  'overlap, to the limit': { cfg: () => overlap, load: { toTheLimit: 60, output: [1, 300] } },
  'overlap, one token': { cfg: () => overlap, load: { output: [1, 2] } },
  'overlap, lpm': { cfg: (dice) => ({ ...overlap, ...lpm, ...hopeful(dice) }), load: { ...storm, shared: 90 } },
  'overlap, mixed': { cfg: (dice) => ({ ...overlap, ...mixed, ...hopeful(dice) }), load: storm },
  'overlap, nothing cached': { cfg: (dice) => ({ ...overlap, ...uncached, ...hopeful(dice) }), load: storm },
  aborts: { load: { aborted: 40, rooms: [1, 4] } },
  'aborts, storm': { cfg: hopeful, load: { ...storm, aborted: 30 } },
  'aborts, nothing cached': { cfg: () => uncached, load: { aborted: 40, rooms: [1, 4] } },
  'overlap, aborts': { cfg: () => overlap, load: { aborted: 40, rooms: [1, 4] } },
  'overlap, aborts, storm': { cfg: (dice) => ({ ...overlap, ...hopeful(dice) }), load: { ...storm, aborted: 30 } },
  'other leaves evicted': {
    cfg: (dice) => ({ eviction: ['lfu', 'fifo', 'mru', 'filo', 'priority', 'slru'][dice(0, 5)] }),
    load: { rooms: [1, 3] },
  },
  'all of it': {
    cfg: (dice) => ({
      overlap: dice(0, 1) === 1,
      radix: dice(0, 5) > 0,
      schedule_policy: dice(0, 1) ? 'lpm' : 'fcfs',
      mixed_chunk: dice(0, 2) === 0,
      conservativeness: dice(1, 120) / 100,
      ...(dice(0, 2) === 0 && { max_prefill_tokens: dice(8, 400) }),
      ...(dice(0, 4) === 0 && { chunked_prefill_size: null }),
      ...(dice(0, 3) === 0 && { eviction: ['lfu', 'fifo', 'mru', 'filo', 'priority', 'slru'][dice(0, 5)] }),
    }),
    load: { rooms: [1, 5], output: [1, 100], toTheLimit: 15, atOnce: 50, aborted: 10 },
  },
}

const formula =
  'token k (k=1..n) of segment [x0,n]: x=(x0+k)>>>0; x=imul(x^(x>>>16),0x45d9f3b)>>>0; x=imul(x^(x>>>16),0x45d9f3b)>>>0; x=(x^(x>>>16))>>>0; id=256+x%4096'

/** A case of a kind; of one seed the same one each time. */
export function sglangCase(kind: string, seed: number): SglangCase {
  const drawn = diceOf(seed)
  const dice: Dice = (least, most) => least + Math.floor(drawn() * (most - least + 1))
  const { cfg: more, load: changes } = sglangKinds[kind]!
  const load = { ...plain, ...changes }
  const pageSize = load.pageSizes[dice(0, load.pageSizes.length - 1)]!
  const unit = Math.max(8, pageSize)
  const mostTokens = dice(...load.lengths) * unit
  const pages = Math.ceil((mostTokens / pageSize) * (dice(load.rooms[0] * 10, load.rooms[1] * 10) / 10)) + 3
  const kvTokens = pages * pageSize
  const context = Math.min(mostTokens, kvTokens)
  const chunk = Math.max(1, Math.round(dice(8, 40 * unit) / pageSize / [1, 4][dice(0, 1)]!)) * pageSize
  const settings = more?.(dice) ?? {}
  // A request tells its pages: what prompts that wait share of less than a page is not known.
  const least = settings.schedule_policy === 'lpm' && pageSize > 32 ? pageSize : 1
  const { sessions, lanes } = sessionsOf({ dice, load, least, most: context - 8 })
  return {
    name: `${kind.replaceAll(/\W+/g, '-')}-${seed}`,
    kind,
    cfg: {
      ...{ sglang: '0.5.23', kv_tokens: kvTokens, page_size: pageSize, chunked_prefill_size: chunk },
      ...{ max_prefill_tokens: 16384, max_running_requests: dice(2, 24), schedule_policy: 'fcfs', overlap: false },
      ...{ mixed_chunk: false, radix: true, eviction: 'lru', conservativeness: dice(30, 100) / 100 },
      ...{ max_req_len: context - 1, max_req_input_len: context - 6, prefill_max_requests: null },
      step_time: { a: 5000, b: 50, c: 100, d: 25 },
      ...settings,
    },
    plan: { token_formula: formula, sessions, lanes },
  }
}

interface SessionsOf {
  readonly dice: Dice
  readonly load: Load
  /** Tokens of a prompt, and of what it shares with others. */
  readonly least: number
  readonly most: number
}

/** Agents: a turn's prompt is that of the turn before, mostly, with its output and more. */
function sessionsOf({ dice, load, least, most }: SessionsOf): Pick<SglangCase['plan'], 'sessions' | 'lanes'> {
  let fresh = 1e6
  const next = () => {
    fresh += 65536
    return fresh
  }
  const often = (share: number) => dice(1, 100) <= share
  const beginnings = Array.from(
    { length: 3 },
    (_, at) => [at * 1e5, Math.max(least, dice(1, Math.ceil((most * load.growth) / 50)))] as const,
  )
  const lanes = Array.from({ length: dice(...load.lanes) }, (): string[] => [])
  const sessions = Array.from({ length: lanes.length + dice(0, lanes.length) }, (_, at): Session => {
    const id = `s${at}`
    lanes[at % lanes.length]!.push(id)
    let before: (readonly [number, number])[] = often(load.shared) ? [beginnings[dice(0, 2)]!] : []
    const turns = Array.from({ length: dice(1, 4) }, (): Turn => {
      if (often(15)) before = [beginnings[dice(0, 2)]!]
      const there = before.reduce((sum, [, count]) => sum + count, 0)
      const wanted = often(load.toTheLimit)
        ? most
        : Math.min(most, least - 1 + (often(80) ? there : 0) + dice(1, Math.ceil((most * load.growth) / 100)))
      const segs = cut([...before, [next(), most]], wanted)
      const out = dice(...load.output)
      const ignoresEos = often(load.ignoreEos)
      const outx = often(10) ? 5e5 : next()
      before = [...segs, [outx, out]]
      return {
        ...{ in: wanted, out, segs, outx, ie: ignoresEos, priority: dice(0, 2) },
        max: ignoresEos || !often(load.endEarly) ? out : out + dice(...load.allowed),
        delay: often(load.atOnce) ? 0 : dice(load.delayMs[0] * 1000, load.delayMs[1] * 1000) / 1e6,
        ...(often(load.aborted) && { abort: dice(0, 300_000) / 1e6 }),
      }
    })
    return { id, turns }
  })
  return { sessions, lanes }
}

/** The first `tokens` of some runs. */
function cut(segs: readonly (readonly [number, number])[], tokens: number): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = []
  let room = tokens
  for (const [start, count] of segs) {
    if (room > 0) kept.push([start, Math.min(count, room)])
    room -= Math.min(count, room)
  }
  return kept
}
