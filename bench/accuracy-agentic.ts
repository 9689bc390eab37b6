/**
 * How far the engine model is from logged engines that served agentic sessions: its constants fitted to the log of one case, then the closed loop of each case
 * played on the model's own time, with a client as late as the measured one and with a punctual one, beside what was measured. docs/accuracy.md has the table.
 *
 *   npm run accuracy:agentic -- [FOLDER]
 *
 * FOLDER has vllm/ and sglang/ with the logged cases; without it: what lies beside the repository, where it does. Budgets: hit rate exact where nothing is evicted and
 * within 0.5 points else, TTFT p50 within 20 %, TPOT p50 within 10 %.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import {
  fitFrontend,
  fitRecords,
  fitStepTime,
  type MeasuredClient,
  measuredClient,
  medianFigures,
  parseClosedLoopPlan,
  parseMeasuredRequests,
  runClosedLoop,
  samplesOfLog,
  servedFigures,
  stepLimitsOf,
} from '@reprise/engine-sim'
import type { EngineConfig } from '@reprise/engine-sim/core'
import { benchFlags, failBench } from './bench-flags.ts'

const { positionals } = benchFlags(import.meta, {}, { allowPositionals: true })
const folder = positionals[0] ?? fileURLToPath(new URL('../../shared/data', import.meta.url))
const engines = [
  { name: 'vllm', fittedTo: 'a1', evicts: ['b1', 'b3r2'], cases: { a1: 'ab1', b1: 'ab1', b3r2: 'b3', c3: 'c' } },
  {
    name: 'sglang',
    fittedTo: 'a',
    evicts: ['b1', 'c1', 'd', 'e', 'f', 'o1'],
    cases: { a: 'vab1', b1: 'vc', c1: 'r1', d: 'd1', e: 'vb3', f: 'f1', o1: 'o1' },
  },
]
const plays = 100

if (!engines.every(({ name }) => existsSync(join(folder, name))))
  failBench(`${folder} has no vllm/ and sglang/; name the folder of the logged cases`)
for (const { name, fittedTo, evicts, cases } of engines) {
  const lines = (kind: string, of: string) =>
    gunzipSync(readFileSync(join(folder, name, `${kind}-${of}.jsonl.gz`)))
      .toString('utf8')
      .trimEnd()
      .split('\n')
  const log = lines('steps', fittedTo)
  const fit = fitStepTime(samplesOfLog(log, fittedTo).samples)
  const isTimed = name === 'vllm'
  const frontend = isTimed
    ? fitFrontend(log, parseMeasuredRequests(lines('records', fittedTo), fittedTo), fittedTo)
    : undefined
  process.stdout.write(`${name}: fitted to case ${fittedTo}, R2 ${fit.r2.toFixed(4)} of ${fit.steps} steps\n`)
  playCases(fit.constants, frontend)
  if (!isTimed) continue
  const ofRecords = fitRecords(
    parseMeasuredRequests(lines('records', fittedTo), fittedTo),
    stepLimitsOf(samplesOfLog(log.slice(0, 1), fittedTo).scheduler),
  )
  process.stdout.write(
    `${name}: fitted to the records of case ${fittedTo} alone, ${ofRecords.requests} requests: TTFT error p50 ${percent(ofRecords.ttft.median)}, TPOT ${percent(ofRecords.tpot.median)}\n`,
  )
  const ofSteps = new Map(Object.entries(fit.constants))
  for (const [constant, value] of Object.entries(ofRecords.constants))
    process.stdout.write(
      `  ${constant.padEnd(32)} ${value.toPrecision(4)}, of steps ${ofSteps.get(constant)!.toPrecision(4)}\n`,
    )
  process.stdout.write(`  ${'wayMs'.padEnd(32)} ${ofRecords.wayMs.toPrecision(4)}\n`)
  playCases(ofRecords.constants, { inMs: ofRecords.wayMs, firstOutMs: 0, lastOutMs: 0 })

  function playCases(stepTime: typeof fit.constants, frontend: EngineConfig['frontend']): void {
    for (const [of, planName] of Object.entries(cases)) {
      const { scheduler } = samplesOfLog(lines('steps', of).slice(0, 1), of)
      const engine: EngineConfig = {
        schema: 'engine/1',
        model: of,
        scheduler,
        stepTime,
        ...(frontend && { frontend }),
      }
      const plan = parseClosedLoopPlan(
        JSON.parse(readFileSync(join(folder, name, `plan-${planName}.json`), 'utf8')),
        scheduler,
        planName,
      )
      const records = parseMeasuredRequests(lines('records', of), of)
      const playWith = (client?: MeasuredClient) =>
        Array.from({ length: frontend?.jitterMs ? plays : 1 }, (_, at) =>
          runClosedLoop(plan, engine, { seed: at + 1, ...(client && { client }) }),
        )
      const punctual = playWith()
      const client = measuredClient(records, punctual[0]!)
      const played = playWith(client).map(servedFigures)
      const predicted = medianFigures(played)
      const never = medianFigures(punctual.map(servedFigures))
      const measured = servedFigures(records)
      const hits = played.map(({ hitRate }) => 100 * hitRate!)
      const points = 100 * (predicted.hitRate! - measured.hitRate!)
      const [ttft, tpot] = [
        predicted.ttftP50Ms / measured.ttftP50Ms - 1,
        predicted.tpotP50Ms! / measured.tpotP50Ms! - 1,
      ]
      const within = evicts.includes(of) ? 0.5 : 1e-9
      const figures = [
        `  ${of.padEnd(5)}`,
        `hit rate ${(100 * predicted.hitRate!).toFixed(2)} (${Math.min(...hits).toFixed(2)}-${Math.max(...hits).toFixed(2)}) of ${(100 * measured.hitRate!).toFixed(2)} %: ${points.toFixed(2)} points${mark(Math.abs(points) <= within)}`,
        `TTFT p50 ${percent(ttft)}${mark(Math.abs(ttft) <= 0.2)}`,
        `p90 ${percent(predicted.ttftP90Ms / measured.ttftP90Ms - 1)}`,
        `TPOT p50 ${percent(tpot)}${mark(Math.abs(tpot) <= 0.1)}`,
        `output/s ${percent(predicted.outputTokensPerS / measured.outputTokensPerS - 1)}`,
        `client stood still ${client.stalls.length} times, ${client.stalls.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0).toFixed(0)} ms`,
        `punctual: ${(100 * never.hitRate!).toFixed(2)} %, TTFT p50 ${percent(never.ttftP50Ms / measured.ttftP50Ms - 1)}, TPOT p50 ${percent(never.tpotP50Ms! / measured.tpotP50Ms! - 1)}`,
      ]
      process.stdout.write(`${figures.join(' · ')}\n`)
    }
  }
}

function mark(kept: boolean): string {
  return kept ? ' ok' : ' MISSED'
}

function percent(share: number): string {
  return `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)} %`
}
