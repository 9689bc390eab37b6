import type { Plan, RequestRecord } from '@reprise/replay-engine'
import { factsOf, lanesLoad, okRecord, onePlan, runHeader, unansweredRecord } from '../../testing/run.fixture.ts'
import { buildResult } from '../build-result.ts'

export const windowMs = 70 * 60_000
const load = lanesLoad({ lanes: 10, until: { kind: 'window', durationMs: windowMs } })

/** Ten lanes that each play five trees, of five to thirty requests; every seventh play has a subagent, and one in fifty requests fails. */
export const { records, plan } = makeRun()

export const slo = { ttft: 250, e2e: 4000 }

export const result = buildResult({
  header: runHeader(load, { identity: { model: 'acme/model-7b', gpus: 4 }, slo, plan: factsOf(plan) }),
  ...{ records, plan },
  phases: [{ phase: 'profiling', startMs: 0, endMs: windowMs }],
  ended: 'window',
})

export const ok = records.filter(({ outcome }) => outcome.kind === 'ok')

export function playOf({ lane, play }: RequestRecord): string {
  return `${lane}/${play}`
}

/** The third number of an id: which of its tree's sessions a request is of. */
export function sessionOf({ id }: RequestRecord): number {
  return Number(id.split('.')[2])
}

function makeRun(): { records: RequestRecord[]; plan: Plan } {
  let state = 1
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const made: RequestRecord[] = []
  const trees: Plan['trees'][number][] = []
  const [{ sessions }] = onePlan(load, { turns: 40 }).trees as [Plan['trees'][number]]
  const turnsOf = (count: number) => sessions[0]!.turns.slice(0, count)
  for (let lane = 0; lane < 10; lane += 1)
    for (let play = 0; play < 5; play += 1) {
      const turns = 5 + Math.floor(25 * draw())
      const slow = 1 + draw()
      const startMs = (windowMs * play) / 5 + 1000 * draw()
      const [number, trace] = [trees.length, `trace-${lane}-${play}`]
      const inChild = number % 7 === 3 ? 2 : 0
      // Of the last plays of some lanes more was planned than they came to.
      const planned = turns - inChild + (play === 4 && lane > 6 ? 3 : 0)
      const child = { id: 'child', parent: 0, turns: turnsOf(inChild) }
      trees.push({
        ...{ traceId: trace, trace: number },
        sessions: [{ id: 'root', turns: turnsOf(planned) }, ...(inChild > 0 ? [child] : [])],
      })
      for (let at = 0; at < turns; at += 1) {
        const isChild = at >= turns - inChild
        const turn = isChild ? at - (turns - inChild) : at
        // The first lane was found inside of its first tree.
        if (lane === 0 && play === 0 && turn === 0) continue
        const dueMs = startMs + (at * windowMs * 0.18) / turns + 100 * draw()
        const connectStartMs = dueMs + 3 * draw()
        const sentMs = connectStartMs + 2 * draw()
        const firstTokenMs = sentMs + 50 * slow + 400 * draw() ** 4
        const firstAnswerMs = firstTokenMs + 100 * draw()
        const outputTokens = 10 + Math.floor(500 * draw())
        const paceMs = 9 + 3 * draw() + 0.1 * Math.sin(sentMs / 200_000)
        const lastTokenMs = Math.max(firstAnswerMs, firstTokenMs + (outputTokens - 1) * paceMs)
        const plannedInputTokens = 1000 + Math.floor(50_000 * slow * draw())
        const inputTokens = plannedInputTokens + (at % 9 === 2 ? turn : 0)
        const idealHitTokens = Math.floor(plannedInputTokens * (0.9 + 0.1 * draw()))
        const cachedTokens = Math.floor(idealHitTokens * (0.9 + 0.1 * draw()))
        const chunkGapsMs = [0.1, 0.2, 0.4, 0.2, 0.1].map((share) => share * (lastTokenMs - firstTokenMs))
        const session = isChild ? 1 : 0
        const own = {
          ...{ id: `${lane}.${play}.${session}.${turn}`, lane, play, trace, session: isChild ? 'child' : 'root', turn },
          ...{ dueMs, connectStartMs, sentMs, doneMs: lastTokenMs + 2 },
          ...{ plannedInputTokens, plannedOutputTokens: outputTokens, idealHitTokens },
        }
        const isFailed = draw() < 0.02
        made.push(
          isFailed
            ? unansweredRecord({ kind: 'failed', class: 'server-error', status: 500, message: 'no' }, own)
            : okRecord({
                ...own,
                ...{ firstTokenMs, firstAnswerMs, lastTokenMs, chunks: outputTokens },
                ...{ inputTokens, outputTokens, cachedTokens },
                ...(at % 5 > 0 && { chunkGapsMs }),
              }),
        )
      }
    }
  return { records: made, plan: { ...onePlan(load), load, trees } }
}
