import type { RequestRecord } from '@reprise/replay-engine'
import { basis, type Figures, mean, quantileOf, sum, survival } from './own-formulas.fixture.ts'
import { ok, plan, playOf, records, sessionOf, slo, windowMs } from './recomputed-run.fixture.ts'

const hours = windowMs / 3_600_000
const ttft = (r: RequestRecord) => r.firstTokenMs! - r.sentMs!
const e2e = (r: RequestRecord) => r.lastTokenMs! - r.sentMs!
const tpot = (r: RequestRecord) => (r.lastTokenMs! - r.firstTokenMs!) / (r.outputTokens! - 1)
const failed = records.length - ok.length
const isOk = (r: RequestRecord) => r.outcome.kind === 'ok'

export function ownCounts(): Figures {
  const none = { requests: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
  const { effectiveN } = basisOf(ok)
  const good = ok.filter((r) => ttft(r) <= slo.ttft && e2e(r) <= slo.e2e)
  return {
    ...under('counts', { ...none, requests: records.length, ok: ok.length, failed }),
    ...under('counts', { 'failures.server-error': failed, refusedAsTooLong: 0, resent: 0, leftOutTraces: 0 }),
    ...under('counts', { plays: new Set(records.map(playOf)).size, effectivePlays: effectiveN }),
    ...under('counts.warmup', none),
    ...under('goodput', {
      good: good.length,
      judged: records.length,
      unjudged: 0,
      share: good.length / records.length,
    }),
    ...under('goodput', {
      'broken.ttft': ok.filter((r) => ttft(r) > slo.ttft).length,
      'broken.e2e': ok.filter((r) => e2e(r) > slo.e2e).length,
      requestsPerS: good.length / (windowMs / 1000),
      perGpu: good.length / (windowMs / 1000) / 4,
    }),
    ...agreement('inputTokens', (r) => [r.plannedInputTokens, r.inputTokens!]),
    ...agreement('outputTokens', (r) => [r.plannedOutputTokens, r.outputTokens!]),
    ...under('outputTokens', { 'countedBy.usage': ok.length, firstChunkAssumed: 0 }),
    ...under('outputTokens.countedBy', { length: 0, chunks: 0, none: 0 }),
    'completeness.unreadableLines': 0,
  }
}

/** A mean of the last third of the time less that of the first; lanes are independent of each other. */
export function ownSteadiness(): Figures {
  const third = windowMs / 3
  const lanes = [...Map.groupBy(records, ({ lane }) => lane).values()]
  const sentIn = (own: readonly RequestRecord[], at: number) =>
    own.filter(({ sentMs }) => Math.floor(sentMs! / third) === at)
  const tokens = (own: readonly RequestRecord[]) => sum(own.map((r) => r.inputTokens ?? r.plannedInputTokens))
  const busyMs = (own: readonly RequestRecord[], at: number) =>
    sum(
      own.map((r) => {
        const [from, to] = [Math.max(r.sentMs!, at * third), Math.min(r.doneMs, (at + 1) * third)]
        return Math.max(0, Math.round((to - from) * 1000)) / 1000
      }),
    )
  const ends = [0, 2] as const
  const [firstMean, lastMean] = ends.map((at) => tokens(sentIn(records, at)) / sentIn(records, at).length) as [
    number,
    number,
  ]
  const leftOver = lanes.map((own) => {
    const [first, last] = ends.map((at) => {
      const sent = sentIn(own, at)
      return (tokens(sent) - (at === 0 ? firstMean : lastMean) * sent.length) / sentIn(records, at).length
    }) as [number, number]
    return last - first
  })
  const inFlight = lanes.map((own) => ends.map((at) => busyMs(own, at) / third) as [number, number])
  const [early, late] = [sum(inFlight.map(([first]) => first)), sum(inFlight.map(([, last]) => last))]
  const drift = inFlight.map(([first, last]) => last - late / lanes.length - (first - early / lanes.length))
  const error = (parts: readonly number[]) =>
    Math.sqrt((sum(parts.map((part) => part ** 2)) * parts.length) / (parts.length - 1))
  return {
    ...under('steadiness.inputTokens', { first: firstMean, last: lastMean, standardError: error(leftOver) }),
    ...under('steadiness.inFlight', { first: early, last: late, standardError: error(drift) }),
  }
}

/** Parts by turn, by depth and by prompt length. */
export function ownBreakdown(): Figures {
  const doubling = (value: number, least: number) =>
    value < least
      ? [0, least - 1]
      : [least, 2 * least - 1].map((end, i) => (end + i) * 2 ** Math.floor(Math.log2(value / least)) - i)
  const ways = {
    turn: (r: RequestRecord) => doubling(r.turn, 1),
    depth: (r: RequestRecord) => [sessionOf(r), sessionOf(r)],
    context: (r: RequestRecord) => doubling(r.plannedInputTokens, 1024),
  }
  const own: Figures = {}
  for (const [way, bounds] of Object.entries(ways)) {
    const parts = [...Map.groupBy(records, (r) => bounds(r)[0]!)].sort(([one], [other]) => one - other)
    for (const [i, [from, all]] of parts.entries()) {
      const known = all.filter(isOk)
      const path = `breakdown.${way}.${i}`
      Object.assign(own, under(path, { from, to: bounds(all[0]!)[1]!, requests: all.length }))
      Object.assign(own, under(path, { unanswered: all.length - known.length }))
      Object.assign(own, {
        [`${path}.hitMeasured`]: rate(
          known,
          (r) => r.cachedTokens!,
          (r) => r.inputTokens!,
        ),
      })
      Object.assign(own, {
        [`${path}.hitIdeal`]: rate(
          known,
          (r) => r.idealHitTokens,
          (r) => r.plannedInputTokens,
        ),
      })
      for (const [name, of] of Object.entries({ ttft, tpot, e2e })) {
        const values = known.map(of)
        const figures = { n: values.length, p50: quantileOf(values, 0.5), p90: quantileOf(values, 0.9) }
        Object.assign(own, under(`${path}.${name}`, figures))
      }
    }
  }
  return own
}

/** Whole plays, of which the first turn of the root was sent in the window, and their sessions one by one. */
export function ownJobs(): Figures {
  const plays = [...Map.groupBy(records, playOf).values()]
  const begun = plays.filter((own) => own.some((r) => sessionOf(r) === 0 && r.turn === 0))
  const turnsOf = (r: RequestRecord) => plan.trees.find(({ traceId }) => traceId === r.trace)!.sessions
  const isWhole = (own: readonly RequestRecord[]) =>
    own.length === sum(turnsOf(own[0]!).map(({ turns }) => turns.length))
  const lasted = (own: readonly RequestRecord[]) =>
    Math.max(...own.map(({ doneMs }) => doneMs)) - Math.min(...own.map(({ dueMs }) => dueMs))
  const since = (own: readonly RequestRecord[]) => windowMs - Math.min(...own.map(({ dueMs }) => dueMs))
  const completed = begun.filter((own) => isWhole(own) && own.every(isOk))
  const withFailures = begun.filter((own) => isWhole(own) && !own.every(isOk))
  const unfinished = begun.filter((own) => !isWhole(own))
  // The only one that is found midway ends, since its lane goes on.
  const midway = plays.length - begun.length
  const perHour = (completed.length + midway) / hours
  const sessions = [...Map.groupBy(records, (r) => `${playOf(r)}/${sessionOf(r)}`).values()].filter((own) =>
    own.some(({ turn }) => turn === 0),
  )
  const ofSessions = (name: 'root' | 'subagent') => {
    const all = sessions.filter((own) => (sessionOf(own[0]!) === 0) === (name === 'root'))
    const first = (own: readonly RequestRecord[]) => own.find(({ turn }) => turn === 0)!.dueMs
    const whole = all.filter((own) => own.filter(isOk).length === turnsOf(own[0]!)[sessionOf(own[0]!)]!.turns.length)
    const open = all.filter((own) => !whole.includes(own) && own.every(isOk))
    return {
      ...under(`jobs.sessions.${name}`, { begun: all.length, completed: whole.length }),
      ...survival(
        `jobs.sessions.${name}.durationMs`,
        whole.map((own) => Math.max(...own.map(({ doneMs }) => doneMs)) - first(own)),
        open.map((own) => windowMs - first(own)),
      ),
    }
  }
  return {
    ...under('jobs', { begun: begun.length, completed: completed.length, unfinished: unfinished.length, truncated: 0 }),
    ...under('jobs', { completedWithFailures: withFailures.length, foundMidway: midway }),
    ...under('jobs', { perHour, perHourPerUser: perHour / 10, perHourPerGpu: perHour / 4 }),
    'jobs.busyShare': sum(completed.map(busyMs)) / sum(completed.map(lasted)),
    ...survival('jobs.durationMs', completed.map(lasted), unfinished.map(since)),
    ...ofSessions('root'),
    ...ofSessions('subagent'),
  }
}

/** In which one request at least was in flight. */
function busyMs(own: readonly RequestRecord[]): number {
  let [busy, until] = [0, -Infinity]
  for (const { sentMs, doneMs } of own.toSorted((one, other) => one.sentMs! - other.sentMs!)) {
    busy += Math.max(0, doneMs - Math.max(sentMs!, until))
    until = Math.max(until, doneMs)
  }
  return busy
}

function agreement(path: string, of: (r: RequestRecord) => readonly [number, number]): Figures {
  const all = ok.map((r) => ({ id: r.id, planned: of(r)[0], reported: of(r)[1] }))
  const apart = ({ planned, reported }: (typeof all)[number]) => Math.abs(reported - planned)
  const worst = all
    .filter((each) => apart(each) > 0)
    .sort((one, other) => apart(other) - apart(one) || (one.id < other.id ? -1 : 1))
  return {
    ...under(path, {
      requests: ok.length,
      unreported: 0,
      exactShare: mean(all.map((each) => (apart(each) === 0 ? 1 : 0))),
    }),
    ...under(path, {
      planned: sum(all.map(({ planned }) => planned)),
      reported: sum(all.map(({ reported }) => reported)),
    }),
    ...Object.assign(
      {},
      ...worst.slice(0, 5).map(({ planned, reported }, i) => under(`${path}.mismatched.${i}`, { planned, reported })),
    ),
  }
}

function basisOf(all: readonly RequestRecord[]): { effectiveN: number } {
  return { effectiveN: basis('', all.map(playOf))['.effectiveN']! }
}

function rate(all: readonly RequestRecord[], top: (r: RequestRecord) => number, bottom: (r: RequestRecord) => number) {
  return sum(all.map(top)) / sum(all.map(bottom))
}

function under(path: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${path}.${name}`, value]))
}
