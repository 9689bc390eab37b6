import { expect, test } from 'vitest'
import { buildResult } from '../measure/build-result.ts'
import { lanesLoad, okRecord, onePlan, runHeader } from '../testing/run.fixture.ts'
import type { Identity } from './run-header.ts'
import { tellResult, toldFactsOf, toldOtherwise } from './tell-result.ts'

function resultOf(identity: Partial<Identity> = {}) {
  const header = runHeader(lanesLoad(), { identity: { model: 'm', ...identity }, slo: { ttft: 1_000 } })
  const plan = onePlan(lanesLoad())
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 1_800_000 }]
  return buildResult({ header, phases, records: [okRecord({})], plan, ended: 'window' })
}

test('what is told later is as if it had been told before, and is marked', () => {
  const facts = { gpus: 8, hardware: 'b200', usdPerGpuHour: 2.34, label: 'mine' }
  const { provenance, ...told } = tellResult(resultOf(), facts)
  const { provenance: before, ...known } = resultOf(facts)
  expect(told).toEqual(known)
  expect(told.jobs?.perHourPerGpu).toBeDefined()
  expect(provenance).toEqual({ ...before, toldLater: ['label', 'hardware', 'gpus', 'usdPerGpuHour'] })
  expect(toldFactsOf({ ...told, provenance })).toEqual(facts)
})

test('a run that was told something when it began keeps it, but for its label', () => {
  const own = resultOf({ gpus: 4, label: 'first' })
  const told = tellResult(own, { gpus: 8, label: 'second' })
  expect(told.identity).toMatchObject({ gpus: 4, label: 'second' })
  expect(told.provenance.toldLater).toEqual(['label'])
  expect(toldOtherwise(own, { gpus: 8 })).toBe('its gpus is 4, and not 8')
  expect(toldOtherwise(own, { gpus: 4, hardware: 'b200', label: 'second' })).toBeUndefined()
})

test('nothing told, nothing changed', () => {
  const own = resultOf({ gpus: 4 })
  expect(tellResult(own, {})).toBe(own)
  expect(tellResult(own, { gpus: 4 })).toBe(own)
})
