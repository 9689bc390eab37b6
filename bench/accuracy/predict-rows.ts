import { closedLoop, engineOfDeployment, launchDelayMs, RooflineError } from '@reprise/engine-sim/core'
import type { LeftOut, MeasuredRow } from './measured-rows.ts'

/** A row and what the engine model alone makes of it, with no constant of its framework. */
export interface PredictedRow extends MeasuredRow {
  readonly engineTtftMs: number
  readonly engineTpotMs: number
}

/** Simulated: so many requests per place, for the ten that InferenceX sends. */
const ROUNDS = 3
const STANDS_FOR_ROUNDS = 10

/** What the model says of each row, on its own time; rows that the model refuses, with its reason. Rows of the same deployment and load are simulated once. */
export function predictRows(
  rows: readonly MeasuredRow[],
  progress: (done: number) => void,
): { readonly predicted: readonly PredictedRow[]; readonly refused: readonly LeftOut[] } {
  const known = new Map<string, ReturnType<typeof predict>>()
  const predicted: PredictedRow[] = []
  const refused: LeftOut[] = []
  for (const [done, row] of rows.entries()) {
    progress(done)
    const { deployment, concurrency, inputTokens, outputTokens, shares, settings, statistic } = row
    const key = JSON.stringify([deployment, concurrency, inputTokens, outputTokens, shares, settings, statistic])
    const prediction = known.get(key) ?? predict(row)
    known.set(key, prediction)
    if (typeof prediction === 'string') refused.push({ line: row.line, reason: prediction })
    else predicted.push({ ...row, ...prediction })
  }
  return { predicted, refused }
}

function predict({ deployment, concurrency, inputTokens, outputTokens, shares, settings, statistic }: MeasuredRow) {
  const { heldSteps = 0, ...serving } = settings
  const perRank = Math.ceil(concurrency / (deployment.dataParallel ?? 1))
  try {
    const engine = engineOfDeployment(deployment, {
      maxSequences: Math.max(256, perRank),
      enablePrefixCaching: false,
      // A step ahead changes what is scheduled by a step; a step with it is simulated one by one, ten times as slowly.
      enableOverlap: false,
      ...serving,
      maxModelLen: Math.ceil(1.1 * (inputTokens + outputTokens)) + 64,
    })
    const load = { concurrency: perRank, inputTokens, outputTokens, shares }
    const found = closedLoop(engine, { ...load, rounds: ROUNDS, standsForRounds: STANDS_FOR_ROUNDS })
    const [ttftMs, tpotMs] =
      statistic === 'median' ? [found.medianTtftMs, found.medianTpotMs] : [found.ttftMs, found.tpotMs]
    const promptTokens = Math.round((inputTokens * (shares[0] + shares[1])) / 2)
    const lateMs = heldSteps * tpotMs + launchDelayMs(deployment, promptTokens)
    return { engineTtftMs: ttftMs + lateMs, engineTpotMs: tpotMs }
  } catch (error) {
    if (error instanceof RooflineError) return error.message
    throw error
  }
}
