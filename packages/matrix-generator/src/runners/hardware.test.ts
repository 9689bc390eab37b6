import { expect, test } from 'vitest'
import { gpusPerNode } from './hardware.ts'
import type { Runners } from './runners.ts'

const runners = (hardware: Readonly<Record<string, number>>): Runners => ({
  labels: new Map(),
  hardware: new Map(
    Object.entries(hardware).map(([label, gpus]) => [label, { availableDramMib: 1, gpusPerNode: gpus }]),
  ),
})

test('a label has what runners.yaml says of it, else what labels of its GPU agree on, else what is usual', () => {
  expect(gpusPerNode('b200', runners({ b200: 2, 'cluster:b200-a': 4 }))).toBe(2)
  expect(gpusPerNode('b200-multinode', runners({ 'cluster:b200-a': 4, 'cluster:b200-b': 4, h100: 2 }))).toBe(4)
  expect(gpusPerNode('b200', runners({ 'cluster:b200-a': 4, 'cluster:b200-b': 2 }))).toBe(8)
  expect(gpusPerNode('cluster:gb300-nv', runners({}))).toBe(4)
  expect(gpusPerNode('constructor', runners({}))).toBeUndefined()
})
