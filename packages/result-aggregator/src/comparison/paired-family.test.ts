import { expect, test } from 'vitest'
import { intervalFamilies } from '../interval/interval-family.ts'
import { pairedFamily } from './paired-family.ts'

const ground = { effectivePlays: 30, variance: { all: 2, plays: 1, blocks: 1 } }

test('a typical turn of two runs has a degree more than a median of one: the load that moves a median is in both', () => {
  expect(pairedFamily.degrees({ ...ground, probability: 0.5 })).toBe(4)
  expect(intervalFamilies.response.degrees({ ...ground, probability: 0.5 })).toBe(3)
  expect(pairedFamily.degrees({ ...ground, effectivePlays: 3.5, probability: 0.5 })).toBe(2.5)
})
