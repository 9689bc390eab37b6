import { expect, test } from 'vitest'
import { fitFramework, medianOf } from '../bench/accuracy/fit-frameworks.ts'
import { judgeRows } from '../bench/accuracy/judge-rows.ts'
import { measuredRows } from '../bench/accuracy/measured-rows.ts'
import { parseCsv } from '../bench/accuracy/parse-csv.ts'
import { type PredictedRow, predictRows } from '../bench/accuracy/predict-rows.ts'
import { rankCorrelation } from '../bench/accuracy/rank-correlation.ts'
import { renderAccuracy } from '../bench/accuracy/render-accuracy.ts'

const names =
  'hardware,model,precision,framework,mode,spec,tp,pp,attn_dp,moe_tp,moe_ep,isl,osl,concurrency,ttft_ms,tpot_ms'
const rowsOf = (...lines: string[]) => measuredRows(parseCsv([names, ...lines].join('\n')))
const row = (topology: string, rest = '100,20,2,50,8') =>
  `h200_sxm,"acme/gpt-oss-120b",fp4,vllm,agg,,${topology},${rest}`

test('cells in quotes hold commas, line ends and quotes', () => {
  expect(parseCsv('a,"b,\r\n""c"""\r\n\r\n,d')).toEqual([
    ['a', 'b,\r\n"c"'],
    ['', 'd'],
  ])
})

test('GPUs that a row counts twice are read as the one node that they can be', () => {
  const topologies = rowsOf(row('8,1,1,8,1'), row('64,1,1,8,8'), row('4,1,4,1,16'), row('1,1,64,8,8'), row('2,1,0,0,0'))
  expect(
    topologies.rows.map(({ deployment: { tensorParallel, dataParallel, expertParallel } }) => [
      ...[tensorParallel, dataParallel, expertParallel],
    ]),
  ).toEqual([
    [8, 1, 1],
    [8, 1, 8],
    [1, 4, 4],
    [1, 8, 8],
    [2, 1, 1],
  ])
})

test('what says too little is told with its line, separate workers are not counted, and a column that is missing is named', () => {
  const { rows, incomplete } = rowsOf(
    row('1,1,1,1,1', '100,20,2,,8'),
    row('1,1,1,1,1').replace('h200_sxm', '8-GPU node (unstated)'),
    row('1,1,1,1,1').replace(',agg,', ',disagg,'),
    row('1,1,1,1,1').replace(',agg,,', ',agg,mtp,'),
  )
  expect(rows).toEqual([])
  expect(incomplete).toEqual([
    { line: 2, reason: 'no TTFT or no TPOT measured' },
    { line: 3, reason: 'the GPU is not stated' },
    { line: 5, reason: 'speculative decoding' },
  ])
  expect(() => measuredRows([['hardware']])).toThrow(/has no column model, precision/)
})

test('ranks: equal values share theirs, and where all are equal there is no correlation', () => {
  expect(
    rankCorrelation([
      [1, 10],
      [2, 20],
      [2, 30],
      [3, 40],
    ]),
  ).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
  expect(
    rankCorrelation([
      [1, 2],
      [2, 1],
    ]),
  ).toBeCloseTo(-1, 12)
  expect(
    rankCorrelation([
      [1, 1],
      [1, 2],
    ]),
  ).toBeUndefined()
})

test('a model is predicted with what the others give: its own rows change nothing of its error', () => {
  const { predicted } = predictRows(rowsOf(row('1,1,1,1,1'), row('2,1,1,2,1'), row('4,1,1,4,1')).rows, () => {})
  const measured = (model: string, factor: number) =>
    predicted.map((each): PredictedRow => {
      const { engineTtftMs, engineTpotMs, deployment } = each
      const times = { ttftMs: factor * engineTtftMs, tpotMs: factor * engineTpotMs }
      return { ...each, ...times, family: model, deployment: { ...deployment, model } }
    })
  expect(fitFramework(measured('one', 1.5))).toEqual({ scale: 1.5, requestMs: 0, waitSteps: 0 })
  // Two models that the engine is off by 1.5 of, and one that it is off by 3 of: that one is predicted with the 1.5 of the others.
  const judgement = judgeRows([...measured('one', 1.5), ...measured('two', 1.5), ...measured('three', 3)])
  const three = judgement.families.find(({ family }) => family === 'three')!
  expect(three.tpot).toBeCloseTo(0.5, 12)
  expect(three.tpotScaled).toBeCloseTo(0, 12)
  expect(medianOf(judgement.families.map(({ rows }) => rows))).toBe(3)
  const text = renderAccuracy(judgement, { refused: [{ line: 9, reason: 'does not fit' }], incomplete: [] })
  expect(text).toMatch(/Not predicted: 1\n +1 {2}does not fit/)
  expect(text).toMatch(/eligible rows left out +<= 5\.0 % +10\.0 % +MISSED/)
  expect(text).toMatch(/rank correlation of TPOT.*no family of five rows/)
})
