import { expect, test } from 'vitest'
import type { DeviceClaim } from './device-claim.ts'
import { occupation, parseDeviceUse } from './device-use.ts'

const nvidia = {
  memory: '0, GPU-aa, 4\n1, GPU-bb, 81234\n2, GPU-cc, 0\n',
  processes: 'GPU-bb, 4242, /usr/bin/python3\nGPU-bb, 4243, tritonserver, with a comma\n',
}

test('the lines of nvidia-smi: memory of each GPU, and its processes by name', () => {
  expect(parseDeviceUse('nvidia', nvidia)).toEqual([
    { index: 0, usedMib: 4, processes: [] },
    {
      index: 1,
      usedMib: 81_234,
      processes: [
        { pid: 4242, name: '/usr/bin/python3' },
        { pid: 4243, name: 'tritonserver, with a comma' },
      ],
    },
    { index: 2, usedMib: 0, processes: [] },
  ])
})

test.each([
  'No devices were found\n',
  '0, GPU-aa, [N/A]\n',
  'Unable to determine the device handle for GPU1: Unknown Error\n',
])('an answer of nvidia-smi that is none is no idle GPU: %j', (memory) => {
  expect(() => parseDeviceUse('nvidia', { memory, processes: '' })).toThrow(/^nvidia-smi says /)
})

const used = (value: number, unit = 'MB') => ({
  total_vram: { value: 196_592, unit: 'MB' },
  used_vram: { value, unit },
})
const busy = { name: 'python3', pid: 77, memory_usage: { vram_mem: { value: 1_000, unit: 'B' } } }
const metric = [
  { gpu: 0, mem_usage: used(285) },
  { gpu: 1, mem_usage: used(2, 'GB') },
]
const lists = [
  { gpu: 0, process_list: [{ process_info: 'No running processes detected' }] },
  { gpu: 1, process_list: [{ process_info: busy }] },
]

test.each([
  ['as a list', metric, lists],
  ['wrapped, as newer versions do', { gpu_data: metric }, { gpu_data: lists }],
])('the JSON of amd-smi, %s', (_how, memory, processes) => {
  const answers = { memory: JSON.stringify(memory), processes: JSON.stringify(processes) }
  expect(parseDeviceUse('amd', answers)).toEqual([
    { index: 0, usedMib: 285, processes: [] },
    { index: 1, usedMib: 2_048, processes: [{ pid: 77, name: 'python3' }] },
  ])
})

test.each(['', 'ERROR: no driver', '{}', '[{"gpu": 0}]', '[{"gpu": 0, "mem_usage": {"used_vram": "N/A"}}]'])(
  'an answer of amd-smi that is none is no idle GPU: %j',
  (memory) => {
    expect(() => parseDeviceUse('amd', { memory, processes: '[]' })).toThrow(/^amd-smi says /)
  },
)

const claim = (indices: number[]): DeviceClaim => ({ vendor: 'nvidia', indices, idleMib: 1_024 })

test('what is claimed is idle, or named with who is on it; other GPUs do not matter', () => {
  const uses = parseDeviceUse('nvidia', nvidia)
  expect(occupation(claim([0, 2]), uses)).toEqual({ words: [], mayPass: true })
  expect(occupation(claim([0, 1]), uses)).toEqual({
    words: ['GPU 1 has 81234 MiB in use by process 4242 (/usr/bin/python3), process 4243 (tritonserver, with a comma)'],
    mayPass: false,
  })
  expect(() => occupation(claim([7]), uses)).toThrow('GPU 7 is not there: 3 answer')
})

test('memory that nobody is seen to use may pass; a process on a GPU counts however little it uses', () => {
  const [idle] = parseDeviceUse('nvidia', { memory: '0, GPU-aa, 1025\n', processes: '' })
  expect(occupation(claim([0]), [idle!])).toEqual({
    words: ['GPU 0 has 1025 MiB in use by no process that this user can see'],
    mayPass: true,
  })
  const small = { index: 0, usedMib: 10, processes: [{ pid: 5, name: '\u001b[31mred' }] }
  expect(occupation(claim([0]), [small])).toMatchObject({
    mayPass: false,
    words: [expect.not.stringContaining('\u001b')],
  })
})
