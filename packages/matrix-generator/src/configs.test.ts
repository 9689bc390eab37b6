import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { validateMatrix } from './check/validate-matrix.ts'
import { rowOf } from './job/row-of.ts'
import { readMatrix } from './read/read-matrix.ts'
import { gpuOf } from './runners/hardware.ts'
import { rowSchema } from './schema/rows.ts'

const configs = join(import.meta.dirname, '../../../configs')
const read = (file: string) => ({ file, text: readFileSync(join(configs, file), 'utf8') })
const matrix = readMatrix({
  configFiles: ['nvidia-master.yaml', 'amd-master.yaml', 'local.yaml'].map(read),
  runnerFile: read('runners.yaml'),
})
const { problems, jobs } = validateMatrix(matrix)

test('our own files are valid, every row of them too', () => {
  expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([])
  const schema = rowSchema('aug2026')
  for (const job of jobs) expect(schema.safeParse(rowOf(job, 'aug2026')).error?.message, job.name).toBeUndefined()
})

test('SGLang and vLLM are measured on all six GPUs, with fixed lengths and with agents', () => {
  const covered = new Set(jobs.map((job) => `${gpuOf(job.runner)} ${job.framework} ${job.scenario.kind}`))
  for (const gpu of ['h100', 'h200', 'b200', 'mi300x', 'mi325x', 'mi355x']) {
    for (const engine of ['sglang', 'vllm']) {
      expect(covered).toContain(`${gpu} ${engine} fixed-seq-len`)
      expect(covered).toContain(`${gpu} ${engine} agentic-coding`)
    }
  }
})

test('the eight agentic configurations of PR #1201 have the concurrencies they had', () => {
  const points = (key: string) =>
    jobs.filter((job) => job.configKey === key && job.scenario.kind === 'agentic-coding').length
  expect({
    'dsr1-fp4-b200-sglang': points('dsr1-fp4-b200-sglang'),
    'dsr1-fp4-mi355x-sglang': points('dsr1-fp4-mi355x-sglang'),
    'kimik2.5-fp4-b200-vllm': points('kimik2.5-fp4-b200-vllm'),
    'gptoss-fp4-h100-vllm': points('gptoss-fp4-h100-vllm'),
    'gptoss-fp4-h200-vllm': points('gptoss-fp4-h200-vllm'),
    'gptoss-fp4-mi300x-vllm': points('gptoss-fp4-mi300x-vllm'),
    'gptoss-fp4-mi325x-vllm': points('gptoss-fp4-mi325x-vllm'),
    'dsr1-fp4-b200-dynamo-trt': points('dsr1-fp4-b200-dynamo-trt'),
  }).toEqual({
    'dsr1-fp4-b200-sglang': 23,
    'dsr1-fp4-mi355x-sglang': 10,
    'kimik2.5-fp4-b200-vllm': 15,
    'gptoss-fp4-h100-vllm': 36,
    'gptoss-fp4-h200-vllm': 48,
    'gptoss-fp4-mi300x-vllm': 24,
    'gptoss-fp4-mi325x-vllm': 24,
    'dsr1-fp4-b200-dynamo-trt': 6,
  })
})

test('the families that the benchmark is about have agentic entries, and disaggregated ones exist for both vendors', () => {
  const agentic = new Set(jobs.filter((job) => job.scenario.kind === 'agentic-coding').map((job) => job.modelPrefix))
  for (const family of ['glm', 'kimi', 'minimax', 'dsv4'])
    expect(
      [...agentic].some((prefix) => prefix.startsWith(family)),
      family,
    ).toBe(true)
  const disaggregated = new Set(
    jobs.filter((job) => job.disagg).map((job) => `${gpuOf(job.runner)} ${job.scenario.kind}`),
  )
  expect(disaggregated).toEqual(
    new Set(['b200 agentic-coding', 'h200 fixed-seq-len', 'mi355x fixed-seq-len', 'mi355x agentic-coding']),
  )
})

test('the sim entries ask for this machine', () => {
  const local = jobs.filter((job) => job.framework === 'sim')
  expect(local.length).toBeGreaterThan(0)
  expect(new Set(local.map((job) => job.runner))).toEqual(new Set(['cluster:local']))
})
