import { expect, test } from 'vitest'
import { parseSlurmNodes } from './slurm-node.ts'

/** As `sinfo -N --json` of Slurm 22.05.8 wrote it; fields that nobody reads are left out. */
const older = {
  nodes: [
    { name: 'gpu0', address: '10.0.0.1', hostname: 'a', state: 'allocated', state_flags: [], reason: '' },
    { name: 'gpu1', address: '10.0.0.2', hostname: 'b', state: 'idle', state_flags: ['DRAIN'], reason: 'ECC errors' },
    { name: 'gpu0', address: '10.0.0.1', hostname: 'a', state: 'allocated', state_flags: [], reason: '' },
  ],
}
/** `scontrol show node --json` of 23.02 and later. */
const later = {
  nodes: [
    {
      name: 'gpu0',
      address: '10.0.0.1',
      state: ['ALLOCATED'],
      reason: '',
      reason_changed_at: { set: true, number: 0 },
    },
    { name: 'gpu1', address: '10.0.0.2', state: ['IDLE', 'DRAIN'], reason: 'ECC errors' },
  ],
}
/** `sinfo --json` of the same, of which nodes that are alike stand together. */
const grouped = {
  sinfo: [
    {
      node: { state: ['ALLOCATED'] },
      nodes: { allocated: 1, total: 1, hostnames: ['a'], addresses: ['10.0.0.1'], nodes: ['gpu0'] },
      reason: { time: 0, description: '', user: '' },
    },
    {
      node: { state: ['IDLE', 'DRAIN'] },
      nodes: { allocated: 0, total: 1, hostnames: ['b'], addresses: ['10.0.0.2'], nodes: ['gpu1'] },
      reason: { time: 1, description: 'ECC errors', user: 'root' },
    },
  ],
}

test.each([
  ['sinfo 22.05', older],
  ['scontrol 24.11', later],
  ['sinfo 24.11', grouped],
])('nodes as %s tells them, each once', (_source, told) => {
  expect(parseSlurmNodes(JSON.stringify(told))).toEqual([
    { name: 'gpu0', address: '10.0.0.1', states: ['ALLOCATED'] },
    { name: 'gpu1', address: '10.0.0.2', states: ['IDLE', 'DRAIN'], reason: 'ECC errors' },
  ])
})

test('where a group has fewer addresses than names, a name is the address', () => {
  const node = { node: { state: ['IDLE'] }, nodes: { nodes: ['a', 'b'], addresses: ['10.0.0.1'] } }
  expect(parseSlurmNodes(JSON.stringify({ sinfo: [node] }))?.map(({ address }) => address)).toEqual(['a', 'b'])
})

test.each(['', '{}', '{"nodes":1}'])('%j tells of no nodes', (text) => {
  expect(parseSlurmNodes(text)).toBeUndefined()
})
