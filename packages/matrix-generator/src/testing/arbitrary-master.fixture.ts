import fc from 'fast-check'

/** Runners that go with `master`. */
export const runnersText = `labels:
  cluster:h100-lab: [h100-lab_00, h100-lab_01]
  cluster:gb200-lab: [gb200-lab_00]
hardware:
  cluster:h100-lab: { available-cpu-dram-mib: 2_000_000, gpus-per-node: 8 }
  cluster:gb200-lab: { available-cpu-dram-mib: 860_160, gpus-per-node: 4 }
`

const concurrency = fc.oneof(
  fc
    .uniqueArray(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 5 })
    .map((list) => ({ 'conc-list': list })),
  fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 400 }))
    .map(([start, more]) => ({ 'conc-start': start, 'conc-end': start + more })),
)
const speculation = fc.constantFrom({}, { 'spec-decoding': 'mtp' }, { 'spec-decoding': 'none' })
const singleShape = fc
  .tuple(fc.constantFrom(1, 2, 4), fc.constantFrom({}, { ep: 1 }, { ep: 4, 'dp-attn': true }, { 'dcp-size': 1 }))
  .map(([tp, more]) => ({ tp, ...more }))
const router = fc.constantFrom({}, { router: { name: 'r', version: '1' } })
const offload = fc.constantFrom(
  { 'kv-offloading': 'none' },
  { 'kv-offloading': 'dram', 'kv-offload-backend': { name: 'hicache', version: '2' } },
)
const role = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 2, 4), fc.boolean())
  .map(([workers, tp, dpAttn]) => ({
    'num-worker': workers,
    tp,
    ep: tp,
    'dp-attn': dpAttn,
    'additional-settings': [`NODES=${workers}`],
  }))

const merged = <T extends object>(...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as T)
const lines = (line: fc.Arbitrary<object>) => fc.array(line, { minLength: 1, maxLength: 3 })
const lengths = fc.constantFrom({ isl: 1024, osl: 1024 }, { isl: 8192, osl: 1024 }, { isl: 100, osl: 7 })

const roles = fc.tuple(role, role).map(([prefill, decode]) => ({ prefill, decode }))
const fixed = (line: fc.Arbitrary<object>) =>
  fc.array(
    fc.tuple(lengths, lines(line)).map(([both, space]) => ({ ...both, 'search-space': space })),
    { minLength: 1, maxLength: 2 },
  )
const agentic = (line: fc.Arbitrary<object>) =>
  fc.array(
    lines(line).map((space) => ({ 'dram-utilization': 0.85, 'search-space': space })),
    { minLength: 1, maxLength: 2 },
  )

const singleEntry = fc
  .record(
    {
      'fixed-seq-len': fixed(merged(singleShape, speculation, router, concurrency)),
      'agentic-coding': agentic(merged(singleShape, speculation, router, offload, concurrency)),
    },
    { requiredKeys: [] },
  )
  .filter((scenarios) => Object.keys(scenarios).length > 0)
  .map((scenarios) => ({ multinode: false, scenarios }))

const multiEntry = fc
  .record(
    {
      'fixed-seq-len': fixed(merged(roles, speculation, router, concurrency)),
      'agentic-coding': agentic(merged(roles, speculation, router, offload, concurrency)),
    },
    { requiredKeys: [] },
  )
  .filter((scenarios) => Object.keys(scenarios).length > 0)
  .map((scenarios) => ({ multinode: true, disagg: true, 'kv-p2p-transfer': 'nixl', scenarios }))

/** A valid August master file, as an object. */
export const master: fc.Arbitrary<Record<string, unknown>> = fc
  .array(fc.tuple(fc.oneof(singleEntry, multiEntry), fc.constantFrom('cluster:h100-lab', 'cluster:gb200-lab')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((entries) =>
    Object.fromEntries(
      entries.map(([entry, runner], i) => [
        `m${i}-fp8-gpu-vllm`,
        {
          image: 'example/vllm:v1',
          model: `example/m${i}`,
          'model-prefix': `m${i}`,
          precision: 'fp8',
          framework: 'vllm',
          runner,
          ...entry,
        },
      ]),
    ),
  )
