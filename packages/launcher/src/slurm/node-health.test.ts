import { expect, test } from 'vitest'
import { judgeHealth, parseHealth } from './node-health.ts'

const told = `== clock
1795883018
== listening
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0 100 0 0 10 0
   1: 0100007F:2328 0100007F:8235 01 00000000:00000000 00:00000000 00000000     0        0 31338 1 0 20 4 30 10 -1
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 0 0 0 1 1
== nvidia
3
81079
== amd
== disk
/dev/sda1 100000000 40000000 52428800 40% /scratch
-- /scratch
-- /nowhere
== end
`

test('what a node says of itself', () => {
  expect(parseHealth(told)).toEqual({
    gpuMemoryUsedMib: [3, 81079],
    freeDiskGib: { '/scratch': 50 },
    clockS: 1795883018,
    listening: new Set([0x1f90, 0x50]),
  })
  expect(parseHealth(told.replace('== end\n', ''))).toBeUndefined()
  expect(parseHealth('== end')).toEqual({ freeDiskGib: {}, listening: new Set() })
})

test('an AMD node tells the memory of its accelerators in a table', () => {
  const table = 'gpu,total_vram,used_vram,free_vram\n0,196592,283,196309\n1,196592,1024,195568'
  expect(parseHealth(told.replace('3\n81079\n', '').replace('== amd', `== amd\n${table}`))?.gpuMemoryUsedMib).toEqual([
    283, 1024,
  ])
})

test.each<[string, Parameters<typeof judgeHealth>[1], number, string[]]>([
  ['nothing is asked of it', {}, 0, []],
  [
    'it is sound',
    { gpus: 2, gpuMemoryUsedMib: 90_000, freeDiskGib: { '/scratch': 50 }, clockSkewS: 5 },
    1795883020,
    [],
  ],
  ['a GPU is missing', { gpus: 8 }, 0, ['2 GPUs answer, and not 8']],
  ['a GPU is in use', { gpuMemoryUsedMib: 500 }, 0, ['GPU 1 has 81079 MiB in use']],
  ['a disk is full', { freeDiskGib: { '/scratch': 51 } }, 0, ['/scratch has 50.0 GiB free, and not 51']],
  ['a folder is not there', { freeDiskGib: { '/nowhere': 1 } }, 0, ['/nowhere is not there']],
  ['its clock is off', { clockSkewS: 5 }, 1795883028, ['its clock is 10 s from ours']],
])('%s', (_what, limits, nowS, reasons) => {
  expect(judgeHealth(parseHealth(told)!, limits, nowS)).toEqual(reasons)
})

test('a node that tells nothing of its accelerators has none', () => {
  expect(judgeHealth(parseHealth('== end')!, { gpus: 8, gpuMemoryUsedMib: 1 }, 0)).toEqual(['0 GPUs answer, and not 8'])
})
