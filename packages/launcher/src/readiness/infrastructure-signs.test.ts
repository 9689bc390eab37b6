import { expect, test } from 'vitest'
import { infrastructureSign, saysPortTaken } from './infrastructure-signs.ts'

test.each([
  'OSError: [Errno 28] No space left on device',
  'fork: Cannot allocate memory',
  'Memory cgroup out of memory: Killed process 4242 (python3)',
  "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
  'OSError: [Errno 24] Too many open files',
  'RuntimeError: The NVIDIA driver on your system is too old: CUDA driver version is insufficient for CUDA runtime version',
  'RuntimeError: No CUDA-capable device is detected',
  'Unable to open /dev/kfd read-write: Permission denied',
  'NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.',
])('the host is at fault: %s', (line) => {
  expect(infrastructureSign(['INFO all is well', line])).toBe(line)
})

test.each([
  'error: unrecognized arguments: --tensor-paralel-size 8',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB',
  'ValueError: No available memory for the cache blocks. Try increasing gpu_memory_utilization.',
  'KeyError: model.layers.0.mlp.experts',
])('the recipe is: %s', (line) => {
  expect(infrastructureSign([line])).toBeUndefined()
})

test('a port that is taken is told apart: another one mends it', () => {
  expect(saysPortTaken(['Error: listen EADDRINUSE: address already in use 127.0.0.1:8000'])).toBe(true)
  expect(saysPortTaken(['No space left on device'])).toBe(false)
})
