import type { Row, SweepJob } from '@reprise/matrix-generator'

/** A job of our configurations, as the planner would hand it out. */
export function sweepJob(configKey: string, row: Row, changes: Partial<SweepJob> = {}): SweepJob {
  const fleet = String(row.runner).replace(/^cluster:/, '')
  return {
    schema: 'sweep-job/1',
    id: '0123456789abcdef',
    name: String(row['exp-name']),
    configKey,
    epoch: 'aug2026',
    gpus: Number(row.tp),
    row: { ...row, 'scenario-type': 'agentic-coding', 'spec-decoding': 'none', duration: 1800, 'run-eval': false },
    profile: fleet,
    runsOn: ['self-hosted', String(row.runner)],
    recipe: `benchmarks/${configKey}.yaml`,
    timeoutMinutes: 60,
    debugTrace: false,
    ...changes,
  }
}

const shape = { pp: 1, 'dcp-size': 1, 'pcp-size': 1, 'dp-attn': false }

export const simJob = sweepJob('sim-fp8-local-sim', {
  ...shape,
  image: 'reprise/sim:local',
  model: 'reprise/sim-8b',
  'model-prefix': 'sim',
  precision: 'fp8',
  framework: 'sim',
  runner: 'cluster:local',
  tp: 1,
  ep: 1,
  conc: 1,
  'kv-offloading': 'none',
  'total-cpu-dram-gb': 0,
  'exp-name': 'sim_tp1_conc1_kvnone',
})

export const b200Job = sweepJob('dsr1-fp4-b200-sglang', {
  ...shape,
  image: 'lmsysorg/sglang:v0.5.9-cu130',
  model: 'nvidia/DeepSeek-R1-0528-FP4-V2',
  'model-prefix': 'dsr1',
  precision: 'fp4',
  framework: 'sglang',
  runner: 'cluster:b200-dgxc',
  tp: 4,
  ep: 4,
  conc: 32,
  'kv-offloading': 'none',
  'total-cpu-dram-gb': 0,
  'exp-name': 'dsr1_tp4_conc32_kvnone',
})

export const mi300xJob = sweepJob('gptoss-fp4-mi300x-vllm', {
  ...shape,
  image: 'vllm/vllm-openai-rocm:v0.19.1',
  model: 'openai/gpt-oss-120b',
  'model-prefix': 'gptoss',
  precision: 'fp4',
  framework: 'vllm',
  runner: 'cluster:mi300x-amds',
  tp: 4,
  ep: 1,
  conc: 64,
  'kv-offloading': 'dram',
  'kv-offload-backend': { name: 'native' },
  'total-cpu-dram-gb': 600,
  'exp-name': 'gptoss_tp4_conc64_kvdram-native',
})
