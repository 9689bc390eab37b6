import type { RequestRecord } from '@reprise/replay-engine'
import { begunMs } from '../audit/instant-problem.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import type { Fidelity } from '../result/fidelity.ts'
import type { RunCheckName } from './check-list.ts'
import { runConditions } from './conditions.ts'
import type { Finding } from './fidelity-check.ts'
import { type FidelityOptions, judgeFidelity } from './judge-fidelity.ts'
import { hitErrors, type ServedPair, servedOf, timeErrors } from './paired-errors.ts'
import type { ReplayedRun } from './replayed-run.ts'
import { sessionKey, turnName } from './turn-name.ts'

/** How far a run is from another of the same plan, request by request: a live run held against a simulated one, for instance. */
export function compareRuns(a: ReplayedRun, b: ReplayedRun, options: FidelityOptions = {}): Fidelity {
  const [ofA, ofB] = [sentById(a), sentById(b)]
  const pairs = [...ofA].flatMap(([id, record]): [RequestRecord, RequestRecord][] => {
    const other = ofB.get(id)
    return other ? [[record, other]] : []
  })
  const served = pairs.map(([one, other]): ServedPair => [servedOf(one, nameOf(one)), servedOf(other, nameOf(other))])
  const findings: Record<RunCheckName, Finding> = {
    'missing-turns': only(ofA, ofB, [a, b]),
    'extra-requests': only(ofB, ofA, [a, b]),
    outcomes: outcomes(pairs),
    'output-tokens': outputLengths(pairs),
    ttft: timeErrors(served, 'ttftMs'),
    tpot: timeErrors(served, 'tpotMs'),
    e2e: timeErrors(served, 'e2eMs'),
    hits: hitErrors(served),
  }
  const sessions = (records: Iterable<RequestRecord>) => new Set(Array.from(records, sessionKey)).size
  return judgeFidelity(
    {
      ...{ kind: 'runs', a: a.name, b: b.name, findings },
      conditions: runConditions(a, b),
      counts: {
        captured: ofA.size,
        planned: b.plan.trees.reduce(
          (sum, tree) => sum + tree.sessions.reduce((n, { turns }) => n + turns.length, 0),
          0,
        ),
        dispatched: ofB.size,
        completed: [...ofB.values()].filter(({ outcome }) => outcome.kind === 'ok').length,
        sessions: {
          captured: sessions(ofA.values()),
          planned: b.plan.trees.reduce((sum, tree) => sum + tree.sessions.length, 0),
          dispatched: sessions(ofB.values()),
        },
      },
      of: { planDigest: b.run.plan.digest, records: b.records.length },
    },
    options,
  )
}

/** By id, which says what the plan wanted with it; of what was sent again the last. */
function sentById({ records }: ReplayedRun): Map<string, RequestRecord> {
  return new Map(records.filter((record) => begunMs(record) !== undefined).map((record) => [record.id, record]))
}

function nameOf(record: RequestRecord): string {
  return `${turnName(record)} (${record.id})`
}

/** What one sent and the other did not. A window ends where time says, which is not the same request in two runs. */
function only(
  one: ReadonlyMap<string, RequestRecord>,
  other: ReadonlyMap<string, RequestRecord>,
  runs: readonly ReplayedRun[],
): Finding {
  if (runs.some(({ run }) => run.ended?.reason !== 'passes'))
    return { kind: 'not told', reason: 'a run that does not play everything ends where its time says' }
  return { kind: 'count', named: [...one].filter(([id]) => !other.has(id)).map(([, record]) => nameOf(record)) }
}

function outcomes(pairs: readonly (readonly [RequestRecord, RequestRecord])[]): Finding {
  if (pairs.length === 0) return { kind: 'not told', reason: 'no request was sent by both' }
  const other = pairs.filter(([a, b]) => (a.outcome.kind === 'ok') !== (b.outcome.kind === 'ok'))
  return {
    kind: 'count',
    named: other.map(([a, b]) => `${nameOf(a)} (${a.outcome.kind}, ${b.outcome.kind})`),
    of: pairs.length,
  }
}

function outputLengths(pairs: readonly (readonly [RequestRecord, RequestRecord])[]): Finding {
  const known = pairs.flatMap(([a, b]) => {
    if (a.outcome.kind !== 'ok' || b.outcome.kind !== 'ok') return []
    const [ofA, ofB] = [plausibleUsage(a).outputTokens, plausibleUsage(b).outputTokens]
    return ofA === undefined || ofB === undefined ? [] : [{ name: nameOf(a), ofA, ofB }]
  })
  if (known.length === 0) return { kind: 'not told', reason: 'no request has a length on both sides' }
  const other = known.filter(({ ofA, ofB }) => ofA !== ofB)
  return { kind: 'count', named: other.map(({ name, ofA, ofB }) => `${name} (${ofA}, ${ofB})`) }
}
