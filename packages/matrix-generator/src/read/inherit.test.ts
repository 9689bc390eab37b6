import type { ConfigError } from '@reprise/config-file'
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

const inherited = (text: string) => {
  try {
    return readTexts(text, augustRunners).config.entries
  } catch (error) {
    return (error as ConfigError).problems
  }
}

test('a template that two others extend is laid down once, and undoes neither', () => {
  const text = templated
    .replace(
      'both: { extends: [tiny, lab], framework: never }',
      'a: { extends: tiny, model: example/other }\n  b: { extends: [tiny, lab] }',
    )
    .replace('extends: [both, sweep]', 'extends: [a, b, sweep]')
  expect(inherited(text)).toMatchObject([{ model: 'example/other', precision: 'fp8', runner: 'cluster:h100-lab' }])
})

test('templates are followed as deep as anybody could, and each once however often it is named', () => {
  const chain = (levels: number, bases: (i: number) => string) =>
    `templates:\n${Array.from({ length: levels }, (_, i) => `  t${i}: { ${i === 0 ? '' : `extends: ${bases(i - 1)}, `}precision: fp${i} }\n`).join('')}e: { extends: t${levels - 1} }\n`
  const messages = (text: string) => inherited(text).flatMap((each) => ('message' in each ? each.message : []))
  expect(messages(chain(10_000, (i) => `t${i}`))).toContain('templates are nested too deep')
  expect(messages(chain(16, (i) => `[t${i}, t${i}, t${i}]`))).not.toContain('templates are nested too deep')
})

test('entries that inherit a whole file each are refused', () => {
  const keys = Array.from({ length: 5_000 }, (_, i) => `key${i}: 1`).join(', ')
  const entries = Array.from({ length: 500 }, (_, i) => `e${i}: { scenarios: {} }\n`).join('')
  expect(inherited(`defaults: { scenarios: { ${keys} } }\n${entries}`)).toContainEqual(
    expect.objectContaining({ code: 'too-large', message: expect.stringContaining('inherit too much') }),
  )
})

test('of thousands of templates that are not there, the first are told', () => {
  const templates = Array.from({ length: 1_000 }, (_, i) => `  template${i}: { precision: fp8 }\n`).join('')
  const entries = Array.from({ length: 1_000 }, (_, i) => `e${i}: { extends: nothing${i} }\n`).join('')
  const problems = inherited(`templates:\n${templates}${entries}`).filter(
    (each) => 'code' in each && each.code === 'extends',
  )
  expect(problems).toHaveLength(200)
})
