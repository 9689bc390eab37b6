import { expect, test } from 'vitest'
import { aprilMaster, aprilRunners, augustMaster, augustRunners, readTexts } from '../testing/master-files.fixture.ts'
import { detectEpoch } from './epoch.ts'

const fixedOnly = augustMaster.slice(0, augustMaster.indexOf('tiny-fp8-h100-vllm-agentic'))

test('the epoch is what the master files say, else what runners.yaml is, else August', () => {
  expect(readTexts(aprilMaster, aprilRunners).config.epoch).toBe('apr2026')
  expect(readTexts(aprilMaster, augustRunners).config.epoch).toBe('apr2026')
  expect(readTexts(augustMaster, augustRunners).config.epoch).toBe('aug2026')
  expect(readTexts(fixedOnly, aprilRunners).config.epoch).toBe('apr2026')
  expect(readTexts(fixedOnly, augustRunners).config.epoch).toBe('aug2026')
  expect(detectEpoch({ entries: [], runners: null })).toBe('aug2026')
  expect(detectEpoch({ entries: ['x', null, [[[]]]], runners: {} })).toBe('aug2026')
})

test('a name overrides the contents, and errors name the words of the other form', () => {
  expect(readTexts(fixedOnly, aprilRunners, { epoch: 'aug2026' }).config.epoch).toBe('aug2026')
  expect(() => readTexts(aprilMaster, aprilRunners, { epoch: 'aug2026' })).toThrow(
    /write kv-offloading|3600 s always|cluster:|kv-p2p-transfer/,
  )
})

test('under compat runners.yaml has to be in the form of the epoch', () => {
  expect(() => readTexts(aprilMaster, augustRunners, { compat: true })).toThrow(/runners.yaml:2/)
  expect(() => readTexts(augustMaster, aprilRunners, { compat: true })).toThrow(/labels is missing/)
})

test('what a row of the epoch cannot say is told', () => {
  const text = aprilMaster.replace('offloading: cpu', 'spec-decoding: mtp')
  const { warnings } = readTexts(text, aprilRunners, { epoch: 'apr2026' })
  expect(warnings).toMatchObject([{ severity: 'warning', code: 'lost-field', place: { line: 22, column: 33 } }])
  expect(readTexts(text, aprilRunners, { epoch: 'apr2026', compat: true }).warnings).toEqual([])
})
