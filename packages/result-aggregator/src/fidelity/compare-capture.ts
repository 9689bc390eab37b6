import type { Corpus } from '@reprise/trace'
import type { Fidelity } from '../result/fidelity.ts'
import { capturedTurns } from './captured-turns.ts'
import type { CaptureCheckName } from './check-list.ts'
import { captureConditions } from './conditions.ts'
import { countFindings, fidelityCounts } from './count-findings.ts'
import type { Finding } from './fidelity-check.ts'
import { type FidelityOptions, judgeFidelity } from './judge-fidelity.ts'
import { lengthFindings } from './length-findings.ts'
import { type ServedPair, servedOf, timeErrors } from './paired-errors.ts'
import { profilingMs, type ReplayedRun } from './replayed-run.ts'
import { type Pair, pairsOf, replayedTurns } from './replayed-turns.ts'
import { reuseFindings } from './reuse-findings.ts'
import { timeFindings } from './time-findings.ts'
import { turnName } from './turn-name.ts'

/**
 * Whether a run was the workload that was captured: every request once, in its order, at its time, as long, sharing as much. `name`: what the
 * captured side is called.
 */
export function compareCapture(
  { corpus, name }: { readonly corpus: Corpus; readonly name: string },
  replayed: ReplayedRun,
  options: FidelityOptions = {},
): Fidelity {
  const { plan, run, records } = replayed
  const { load } = plan
  const captured = capturedTurns(corpus, { fromFirst: load.kind !== 'schedule' || load.autoOffset })
  const sent = replayedTurns(replayed)
  const pairs = pairsOf(captured.turns, sent)
  const turns = load.kind === 'schedule' ? load.turns : 'recorded'
  const findings: Record<CaptureCheckName, Finding> = {
    ...none,
    ...countFindings(captured, sent),
    ...lengthFindings(captured, sent, { pairs, leastPromptTokens: run.target.leastPromptTokens }),
    ...timeFindings(captured, sent, { pairs, timeScale: load.timeScale, originMs: profilingMs(replayed), turns }),
    ...reuseFindings(corpus, pairs),
    'first-token': timeErrors(pairs.map(servedPair), 'ttftMs'),
    'service-time': timeErrors(pairs.map(servedPair), 'e2eMs'),
  }
  return judgeFidelity(
    {
      ...{ kind: 'capture', a: name, b: replayed.name, findings },
      conditions: captureConditions(corpus, replayed),
      counts: fidelityCounts(captured, sent),
      unjudged: unjudgedBy(options),
      of: { planDigest: run.plan.digest, records: records.length },
    },
    options,
  )
}

const none = {} as Record<CaptureCheckName, Finding>

/** Traces tell a model and no machine: whether it was the same server that answered, only a user can say. */
function unjudgedBy({ limits = {} }: FidelityOptions): Partial<Record<CaptureCheckName, string>> {
  const names = ['first-token', 'service-time'] as const
  const unsaid = names.filter((name) => limits[name] === undefined)
  return Object.fromEntries(
    unsaid.map((name) => [
      name,
      'the traces do not say what served them; judged with --limit NAME=X, where it was the same',
    ]),
  )
}

function servedPair({ captured, record }: Pair): ServedPair {
  const name = turnName(captured)
  const { ttftMs, startMs, endMs } = captured
  return [
    { name, ...(ttftMs !== undefined && { ttftMs }), ...(endMs !== undefined && { e2eMs: endMs - startMs }) },
    servedOf(record, name),
  ]
}
