import { expect, test } from 'vitest'
import { fillCommand } from './fill-command.ts'

const address = { host: 'node7', port: 30_000, morePorts: { bootstrap: 30_001 } }

test('placeholders become what they stand for; what is none, or has no value, stays', () => {
  const argv = [
    '--port={port}',
    '{host}:{port:bootstrap}',
    '{"a": {port}}',
    '{ports}',
    '{port:other}',
    '{Port}',
    '{{port}}',
  ]
  expect(fillCommand({ argv, env: { A: '{rank}/{nodes} {leader}' } }, { address })).toEqual({
    argv: ['--port=30000', 'node7:30001', '{"a": 30000}', '{ports}', '{port:other}', '{Port}', '{30000}'],
    env: { A: '0/1 node7' },
  })
})

test('the node of a copy that has several knows its number and its leader', () => {
  const node = { rank: 2, nodes: 4, leader: 'node5' }
  const { argv } = fillCommand({ argv: ['{rank}', '{nodes}', '{leader}'], env: {} }, { address, node })
  expect(argv).toEqual(['2', '4', 'node5'])
})

test('words for each copy of a role stand once for every one of them, with its own address', () => {
  const argv = ['router', { each: 'prefill' as const, words: ['--prefill', '{host}:{port}', '{port:bootstrap}'] }]
  const peers = { prefill: [address, { host: 'node8', port: 4, morePorts: { bootstrap: 5 } }] }
  const own = { host: 'node1', port: 1 }
  expect(fillCommand({ argv, env: {} }, { address: own, peers }).argv).toEqual([
    ...['router', '--prefill', 'node7:30000', '30001'],
    ...['--prefill', 'node8:4', '5'],
  ])
  expect(fillCommand({ argv, env: {} }, { address: own }).argv).toEqual(['router'])
})
