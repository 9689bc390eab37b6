import { describe, expect, test } from 'vitest'
import { rootCause } from './root-cause.ts'

const flag = 'api_server.py: error: unrecognized arguments: --tensor-paralel-size 8'
const traceback = ['Traceback (most recent call last):', '  File "/opt/engine/core.py", line 708, in run']

/** Logs, and the line in each that says why. */
const host: Record<string, readonly [log: readonly string[], cause: string]> = {
  'a full disk': [['OSError: [Errno 28] No space left on device'], 'No space left'],
  'a full disk, and sixty lines of goodbye': [
    ['OSError: [Errno 28] No space left on device', ...Array.from({ length: 60 }, (_, i) => `unloading shard ${i}`)],
    'No space left',
  ],
  'no memory': [['fork: Cannot allocate memory'], 'Cannot allocate'],
  'the kernel short of memory': [['Memory cgroup out of memory: Killed process 4242 (python3)'], 'Killed process'],
  'a port that is taken': [
    ["OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use"],
    'already in use',
  ],
  'too many files': [['OSError: [Errno 24] Too many open files'], 'Too many'],
  'an old driver': [
    ['RuntimeError: The NVIDIA driver on your system is too old (found version 12040).'],
    'driver on your system',
  ],
  'an old driver, which the engine reports at second hand': [
    [
      '(EngineCore_DP0 pid=271) ERROR 10-02 09:00:00 [core.py:708] Traceback (most recent call last):',
      '(EngineCore_DP0 pid=271) ERROR 10-02 09:00:00 [core.py:708] RuntimeError: CUDA driver version is insufficient for CUDA runtime version',
      ...traceback,
      'RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}',
    ],
    'CUDA driver version',
  ],
  'a worker that died of it': [
    [
      'torch.AcceleratorError: CUDA error: system not yet initialized',
      'RuntimeError: Rank 0 scheduler died with exit code 1',
    ],
    'system not yet',
  ],
  'no device': [['RuntimeError: No CUDA-capable device is detected'], 'No CUDA-capable'],
  'no devices visible': [['RuntimeError: No HIP GPUs are available'], 'No HIP GPUs'],
  'a device that others use': [
    ['torch.AcceleratorError: CUDA error: CUDA-capable device(s) is/are busy or unavailable'],
    'busy or unavailable',
  ],
  'no right to the device': [['Unable to open /dev/kfd read-write: Permission denied'], '/dev/kfd'],
  'a device that is gone': [['NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.'], 'fallen off'],
  'no network for the weights': [
    [
      ...traceback,
      "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='models.example', port=443): Temporary failure in name resolution",
    ],
    'name resolution',
  ],
  'a full disk under another exception': [
    [
      ...traceback,
      'OSError: [Errno 28] No space left on device',
      '',
      'During handling of the above exception, another exception occurred:',
      ...traceback,
      'ValueError: failed to load the weights',
    ],
    'No space left',
  ],
  'what Python tells while it ends is no cause': [
    [
      'OSError: [Errno 30] Read-only file system: /cache',
      'Exception ignored in: <function Pool.__del__ at 0x7f>',
      ...traceback,
      "AttributeError: 'NoneType' object has no attribute 'close'",
    ],
    'Read-only',
  ],
}

const recipe: Record<string, readonly [log: readonly string[], cause: string]> = {
  'a wrong flag': [['usage: api_server.py [-h] [--host HOST]', flag], 'unrecognized'],
  'a wrong flag, after a banner of the driver': [['CUDA driver version: 12.4, runtime 12.8', flag], 'unrecognized'],
  'a wrong flag, after telemetry without a network': [
    ['Failed to send usage stats: Temporary failure in name resolution', flag],
    'unrecognized',
  ],
  'a wrong flag, after a library without a network': [
    ['urllib3 retry 1: Temporary failure in name resolution', flag],
    'unrecognized',
  ],
  'a wrong flag, after a count of no errors': [
    ['NVML: 0 errors, Xid: 0', 'uncorrectable ECC errors: 0', flag],
    'unrecognized',
  ],
  'a wrong flag, and a hint about ports behind it': [
    [flag, 'Hint: if the address is already in use, or you see "address already in use", give another --port'],
    'unrecognized',
  ],
  'a wrong flag, and an error of the host behind it': [
    [flag, 'input/output error while the log was closed'],
    'unrecognized',
  ],
  'a value that is none': [["vllm serve: error: argument --max-num-seqs: invalid int value: 'many'"], 'invalid int'],
  'a choice that is none': [
    ["serve: error: argument --dtype: invalid choice: 'fp3' (choose from auto, fp8)"],
    'invalid choice',
  ],
  'a flag that is missing': [
    ['launch_server.py: error: the following arguments are required: --model-path'],
    'required',
  ],
  'a flag of click': [['Error: No such option: --tpp'], 'No such option'],
  'a model too large for its share of memory': [
    [
      'ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.',
    ],
    'cache blocks',
  ],
  'a model too large for the device': [
    [
      'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB',
      'RuntimeError: Engine core initialization failed. See root cause above.',
    ],
    'CUDA out of memory',
  ],
  'a model that is not there': [
    ['huggingface_hub.errors.RepositoryNotFoundError: 404 Client Error', 'Exception ignored in: <module threading>'],
    'RepositoryNotFound',
  ],
  'weights that do not fit the engine': [
    [
      'INFO 10-02 09:00:00 [cuda.py:12] CUDA driver version is insufficient for graphs of this size, using eager',
      "KeyError: 'model.layers.0.mlp.experts'",
    ],
    'KeyError',
  ],
  'a configuration that contradicts itself': [
    [
      'WARNING 10-02 09:00:00 [shm.py:1] address already in use, trying the next one',
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig',
    ],
    'ValidationError',
  ],
  'the latest exception, where an earlier one was got over': [
    [
      ...traceback,
      'OSError: [Errno 98] Address already in use',
      'trying port 8001',
      ...traceback,
      "ValueError: unknown quantization 'fp3'",
    ],
    'quantization',
  ],
}

const nobody: Record<string, readonly string[]> = {
  nothing: [],
  'a banner': ['NVIDIA-SMI 550.54 Driver Version: 550.54 CUDA Version: 12.4'],
  'a warning': [
    '[W1128 10:00:00 socket.cpp:436] The server socket has failed to bind (errno: 98 - Address already in use).',
  ],
  'a deprecation': ['/usr/lib/python3/x.py:3: UserWarning: Too many open files are kept by this loader'],
  'a hint': ['Note: to avoid "No space left on device", mount /dev/shm'],
  'second hand alone': ['RuntimeError: Engine core initialization failed. See root cause above.'],
  progress: ['Loading safetensors checkpoint shards: 50% Completed | 2/4'],
  'no errors at all': ['checked 8 GPUs: no Xid errors', 'Disk check: without errors'],
}

describe('who is to blame', () => {
  test.each(Object.entries(host))('the host: %s', (_name, [log, cause]) => {
    expect(rootCause(log)).toMatchObject({ by: 'host', line: expect.stringContaining(cause) })
  })

  test.each(Object.entries(recipe))('the recipe: %s', (_name, [log, cause]) => {
    expect(rootCause(log)).toMatchObject({ by: 'recipe', line: expect.stringContaining(cause) })
  })

  test.each(Object.entries(nobody))('nobody: %s', (_name, log) => {
    expect(rootCause(log)).toBeUndefined()
  })
})

test('a port that is taken is told apart: another one mends it', () => {
  expect(rootCause(['Error: listen EADDRINUSE: address already in use 127.0.0.1:8000'])?.isPortTaken).toBe(true)
  expect(rootCause(['No space left on device'])?.isPortTaken).toBe(false)
  expect(rootCause(['address already in use', flag])?.isPortTaken).toBe(false)
})
