import { diceOf } from '../../packages/engine-sim/src/core/engines/dice.ts'

/** What a step log of vLLM begins with. */
type Cfg = Readonly<Record<string, unknown>>

interface Turn {
  readonly in: number
  readonly out: number
  /** Most output tokens asked for, where the output ends before. */
  readonly max?: number
  readonly blocks: readonly (readonly [number, number])[]
  readonly tail: number
  /** Seconds after the turn before has ended. */
  readonly delay: number
  readonly priority: number
  /** Seconds after it was sent at which it is given up. */
  readonly abort?: number
}

/** One run of vLLM's scheduler: a plan of closed lanes in the form of the logged ones, and the settings that it runs with. */
export interface SchedulerCase {
  readonly name: string
  readonly kind: string
  readonly cfg: Cfg
  readonly plan: {
    readonly block_size: number
    readonly token_formula: string
    readonly sessions: readonly { readonly id: string; readonly turns: readonly Turn[] }[]
    readonly lanes: readonly (readonly string[])[]
  }
  readonly seed: number
}

type Dice = (least: number, most: number) => number

/** What a kind of case has over the plain one: settings, and what its load is like. */
interface Kind {
  readonly cfg?: (dice: Dice) => Cfg
  readonly load?: Partial<Load>
}

interface Load {
  /** Blocks in all that a sequence of full length fits in so many times. */
  readonly rooms: readonly [number, number]
  readonly output: readonly [number, number]
  /** Of 100 turns. */
  readonly atOnce: number
  readonly aborted: number
  readonly endEarly: number
  readonly toTheLimit: number
}

const plain: Load = { rooms: [2, 12], output: [1, 60], atOnce: 20, aborted: 0, endEarly: 0, toTheLimit: 3 }
const storm = { rooms: [1, 3], output: [20, 120] } as const
const async = { async_scheduling: true }
const drafts = (dice: Dice) => ({ num_speculative_tokens: dice(1, 5) })

export const kinds: Readonly<Record<string, Kind>> = {
  plain: {},
  'long prompts cut': { cfg: (dice) => ({ long_prefill_token_threshold: dice(1, 40) }) },
  'long prompts cut to a fair share': {
    cfg: (dice) => ({ long_prefill_token_threshold: dice(1, 30), long_prefill_token_threshold_adaptive: true }),
  },
  'prompts whole': { cfg: () => ({ chunked: false }) },
  'nothing cached': { cfg: () => ({ enable_prefix_caching: false }) },
  storm: { load: storm },
  'first chunk reserved': { cfg: () => ({ reserve_full_isl: false }), load: storm },
  watermark: { cfg: (dice) => ({ watermark: dice(1, 30) / 100 }), load: { rooms: [2, 4] } },
  'all at one instant': { load: { atOnce: 100 } },
  'one token': { load: { output: [1, 1] } },
  'to the limit': { load: { toTheLimit: 70, output: [1, 300] } },
  aborts: { load: { aborted: 40, rooms: [1, 4] } },
  'fewer run than could': { cfg: (dice) => ({ max_num_active_seqs: dice(1, 3) }) },
  'prompts at intervals': { cfg: (dice) => ({ prefill_schedule_interval: dice(2, 9) }) },
  priority: { cfg: () => ({ policy: 'priority' }), load: storm },
  'priority, aborts': { cfg: () => ({ policy: 'priority' }), load: { ...storm, aborted: 30 } },
  async: { cfg: () => async },
  'async, storm': { cfg: () => async, load: storm },
  'async, ends early': { cfg: () => async, load: { ...storm, endEarly: 60 } },
  'async, aborts': { cfg: () => async, load: { ...storm, aborted: 40 } },
  'async, to the limit': { cfg: () => async, load: { toTheLimit: 60, output: [1, 300] } },
  'async, priority': { cfg: () => ({ ...async, policy: 'priority' }), load: { ...storm, endEarly: 30 } },
  'async, long prompts cut': { cfg: (dice) => ({ ...async, long_prefill_token_threshold: dice(1, 40) }) },
  'async, prompts at intervals': { cfg: (dice) => ({ ...async, prefill_schedule_interval: dice(2, 9) }) },
  'async, nothing cached': { cfg: () => ({ ...async, enable_prefix_caching: false }), load: storm },
  drafts: { cfg: drafts },
  'drafts, storm': { cfg: drafts, load: { ...storm, endEarly: 30 } },
  'drafts, priority': { cfg: (dice) => ({ ...drafts(dice), policy: 'priority' }), load: storm },
  'drafts, aborts': { cfg: drafts, load: { ...storm, aborted: 30 } },
  'drafts, to the limit': { cfg: drafts, load: { toTheLimit: 60, output: [1, 300] } },
  'drafts, prompts whole': { cfg: (dice) => ({ ...drafts(dice), chunked: false }) },
  'drafts, long prompts cut': { cfg: (dice) => ({ ...drafts(dice), long_prefill_token_threshold: dice(1, 40) }) },
  'drafts, nothing cached': { cfg: (dice) => ({ ...drafts(dice), enable_prefix_caching: false }), load: storm },
  'async, drafts': { cfg: (dice) => ({ ...async, ...drafts(dice) }), load: { endEarly: 30 } },
  'async, drafts, storm': { cfg: (dice) => ({ ...async, ...drafts(dice) }), load: { ...storm, endEarly: 30 } },
  'async, drafts, aborts': { cfg: (dice) => ({ ...async, ...drafts(dice) }), load: { ...storm, aborted: 30 } },
  'async, drafts, priority': {
    cfg: (dice) => ({ ...async, ...drafts(dice), policy: 'priority' }),
    load: { ...storm, endEarly: 30 },
  },
  'all of it': {
    cfg: (dice) => {
      const drafted = dice(0, 1) ? dice(1, 8) : 0
      return {
        async_scheduling: dice(0, 1) === 1,
        policy: dice(0, 1) ? 'priority' : 'fcfs',
        reserve_full_isl: dice(0, 3) > 0,
        enable_prefix_caching: dice(0, 5) > 0,
        chunked: dice(0, 5) > 0,
        watermark: dice(0, 2) ? 0 : dice(1, 20) / 100,
        max_num_active_seqs: dice(1, 12),
        prefill_schedule_interval: dice(0, 2) ? 1 : dice(2, 7),
        // Padding with drafts that this cuts is an assertion of vLLM's that fails.
        ...(dice(0, 2) === 0 && { long_prefill_token_threshold: drafted + 1 + dice(0, 40) }),
        ...(dice(0, 2) === 0 && { long_prefill_token_threshold_adaptive: true }),
        ...(drafted && { num_speculative_tokens: drafted }),
      }
    },
    load: { rooms: [1, 5], output: [1, 100], aborted: 15, endEarly: 30, toTheLimit: 15, atOnce: 50 },
  },
  'async, drafts, to the limit': {
    cfg: (dice) => ({ ...async, ...drafts(dice) }),
    load: { toTheLimit: 60, output: [1, 300] },
  },
}

const formula =
  'x=(block*16+j+1)>>>0; x=imul(x^(x>>>16),0x45d9f3b); x=imul(x^(x>>>16),0x45d9f3b); x=(x^(x>>>16))>>>0; word=x%4096; token id=256+word'

/** A case of a kind; of one seed the same one each time. */
export function schedulerCase(kind: string, seed: number): SchedulerCase {
  const drawn = diceOf(seed)
  const dice: Dice = (least, most) => least + Math.floor(drawn() * (most - least + 1))
  const { cfg: more, load: changes } = kinds[kind]!
  const load = { ...plain, ...changes }
  const blockSize = [4, 8, 16, 16, 32, 48][dice(0, 5)]!
  const maxModelLen = dice(6, 40) * 8
  const perSequence = Math.ceil(maxModelLen / blockSize)
  const numBlocks = Math.ceil((perSequence * dice(load.rooms[0] * 10, load.rooms[1] * 10)) / 10) + 2
  const extra = more?.(dice) ?? {}
  const whole = extra.chunked === false
  const maxNumSeqs = dice(1, 12)
  const budget = Math.max(maxNumSeqs, whole ? maxModelLen + dice(0, 50) : [dice(8, 40), dice(20, 400)][dice(0, 1)]!)
  if (typeof extra.max_num_active_seqs === 'number')
    Object.assign(extra, { max_num_active_seqs: Math.min(extra.max_num_active_seqs, maxNumSeqs) })
  const { sessions, lanes } = sessionsOf({ dice, load, maxModelLen })
  return {
    name: `${kind.replaceAll(/\W+/g, '-')}-${seed}`,
    kind,
    seed,
    cfg: {
      ...{ num_blocks: numBlocks, block_size: blockSize, max_num_seqs: maxNumSeqs, max_num_batched_tokens: budget },
      ...{ max_num_scheduled_tokens: budget, policy: 'fcfs', reserve_full_isl: true, watermark: 0 },
      ...{ long_prefill_token_threshold: 0, async_scheduling: false, chunked: true, hash_algo: 'sha256' },
      ...{ max_model_len: maxModelLen, free_blocks_at_start: numBlocks - 1 },
      ...extra,
    },
    plan: { block_size: 16, token_formula: formula, sessions, lanes },
  }
}

interface SessionsOf {
  readonly dice: Dice
  readonly load: Load
  readonly maxModelLen: number
}

/** Sessions begin alike, and a turn begins as the one before it did, mostly. */
function sessionsOf({ dice, load, maxModelLen }: SessionsOf): Pick<SchedulerCase['plan'], 'sessions' | 'lanes'> {
  let fresh = 100
  const often = (share: number) => dice(1, 100) <= share
  const lanes = Array.from({ length: dice(1, 10) }, (): string[] => [])
  const sessions = Array.from({ length: lanes.length + dice(0, 8) }, (_, at) => {
    const id = `s${at}`
    lanes[at % lanes.length]!.push(id)
    let blocks: [number, number][] = [[dice(0, 1) * 50, dice(0, 6)]]
    const turns = Array.from({ length: dice(1, 4) }, (): Turn => {
      const most = maxModelLen - 1
      const wanted = often(load.toTheLimit) ? most : dice(1, Math.max(1, Math.floor(maxModelLen * 0.7)))
      if (often(20)) blocks = [[0, dice(0, 4)]]
      const kept: [number, number][] = []
      let room = Math.floor(wanted / 16)
      for (const [start, count] of blocks) {
        const some = Math.min(count, room)
        if (some > 0) kept.push([start, some])
        room -= some
      }
      if (room > 0) kept.push([fresh, room])
      fresh += room + 1
      blocks = kept
      const out = dice(...load.output)
      return {
        in: wanted,
        out,
        ...(often(load.endEarly) && { max: out + dice(1, 40) }),
        blocks: kept,
        tail: often(30) ? 7 : fresh++,
        delay: often(load.atOnce) ? 0 : dice(1, 4000) / 2 ** 17,
        priority: dice(0, 2),
        ...(often(load.aborted) && { abort: dice(0, 6000) / 2 ** 17 }),
      }
    })
    return { id, turns }
  })
  return { sessions, lanes }
}
