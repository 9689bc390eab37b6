import { expect, test } from 'vitest'
import { canonicalJson } from '../job/canonical-json.ts'
import { augustMaster, augustRunners, readTexts } from '../testing/master-files.fixture.ts'

const templated = `defaults: { multinode: false, framework: vllm, image: "example/vllm:v1" }
templates:
  tiny: { model: example/tiny, model-prefix: tiny, precision: fp8 }
  lab: { runner: "cluster:h100-lab" }
  both: { extends: [tiny, lab], framework: never }
  sweep:
    scenarios:
      agentic-coding:
      - dram-utilization: 0.8
        search-space:
        - { tp: 4, kv-offloading: none, conc-list: [1, 2, 4] }
        - { tp: 8, kv-offloading: dram, kv-offload-backend: { name: hicache }, conc-list: [8, 16] }
tiny-fp8-h100-vllm-agentic:
  extends: [both, sweep]
  framework: vllm
`

test('an entry with templates is the entry written out', () => {
  const plain = readTexts(augustMaster, augustRunners).config.entries.find(
    ({ key }) => key === 'tiny-fp8-h100-vllm-agentic',
  )
  expect(canonicalJson(readTexts(templated, augustRunners).config.entries)).toBe(canonicalJson([plain]))
})

test('mappings merge, lists replace, and what is written later wins', () => {
  const [entry] = readTexts(
    `${templated}  scenarios: { agentic-coding: [{ search-space: [{ tp: 1, kv-offloading: none, conc-list: [9] }] }] }\n`,
    augustRunners,
  ).config.entries
  expect(entry?.agentic).toMatchObject([{ arms: [{ topology: { tp: 1 } }] }])
  expect(entry?.framework).toBe('vllm')
})

test('under compat they mean what InferenceX takes them for: broken entries', () => {
  expect(() => readTexts(templated, augustRunners, { compat: true })).toThrow(/defaults|missing|unknown/)
})
