import { expect, test } from 'vitest'
import { nodesOf, placeCopies } from './place-copies.ts'
import type { PlannedProcess, Role } from './planned-process.ts'

const one = (role: Role, count: number, gpus: number, placement: PlannedProcess['placement']): PlannedProcess => {
  const rest = {
    argv: ['x'],
    env: {},
    devices: [],
    port: 'auto' as const,
    morePorts: [],
    healthPath: '/',
    fatalPatterns: [],
  }
  return { role, count, placement, gpus, ...rest }
}
const packed = { kind: 'packed' } as const
const first = { kind: 'first-node' } as const
const whole = (perCopy: number) => ({ kind: 'nodes', perCopy }) as const

test.each<[string, PlannedProcess[], [name: string, nodes: number[], gpus: number][], number]>([
  ['one server', [one('server', 1, 4, packed)], [['server', [0], 4]], 1],
  ['a server without accelerators', [one('server', 1, 0, packed)], [['server', [0], 0]], 1],
  [
    'one prefill, one decode, each a node, and a router',
    [one('prefill', 1, 8, packed), one('decode', 1, 8, packed), one('router', 1, 0, first)],
    [
      ['prefill', [0], 8],
      ['decode', [1], 8],
      ['router', [0], 0],
    ],
    2,
  ],
  [
    'small workers share nodes, and a hole is filled',
    [one('prefill', 2, 6, packed), one('decode', 3, 2, packed)],
    [
      ['prefill-0', [0], 6],
      ['prefill-1', [1], 6],
      ['decode-0', [0], 2],
      ['decode-1', [1], 2],
      ['decode-2', [2], 2],
    ],
    3,
  ],
  [
    'a server over two nodes beside packed ones',
    [one('prefill', 1, 4, packed), one('decode', 2, 16, whole(2))],
    [
      ['prefill', [0], 4],
      ['decode-0', [1, 2], 8],
      ['decode-1', [3, 4], 8],
    ],
    5,
  ],
])('%s', (_what, processes, expected, nodes) => {
  const placed = placeCopies(processes, 8)
  expect(placed.map(({ copy, nodes, gpusPerNode }) => [copy.name, nodes, gpusPerNode])).toEqual(expected)
  expect(nodesOf(placed)).toBe(nodes)
})

test('more than a node has is no packed placement', () => {
  expect(() => placeCopies([one('server', 1, 16, packed)], 8)).toThrow(
    'server wants 16 accelerators of a node that has 8',
  )
})
