import type { PlannedJob, SweepJob } from '@reprise/matrix-generator'
import { agenticHour, oneGpu, sweepJobWith } from '@reprise/matrix-generator/fixtures'

/** A job of our configurations, as the planner would hand it out. */
function jobOf(configKey: string, gpus: number, job: Partial<PlannedJob> & { name: string; runner: string }): SweepJob {
  const profile = job.runner.replace(/^cluster:/, '')
  return sweepJobWith(
    { topology: { ...oneGpu, tp: gpus }, evaluation: { run: false }, ...job },
    {
      name: job.name,
      configKey,
      gpus,
      profile,
      runsOn: ['self-hosted', job.runner],
      recipe: `benchmarks/${configKey}.yaml`,
    },
  )
}

const window = { ...agenticHour, durationS: 1800 }

export const simJob = jobOf('sim-fp8-local-sim', 1, {
  image: 'reprise/sim:local',
  model: 'reprise/sim-8b',
  modelPrefix: 'sim',
  precision: 'fp8',
  framework: 'sim',
  runner: 'cluster:local',
  scenario: window,
  concurrencies: [1],
  name: 'sim_tp1_conc1_kvnone',
})

export const b200Job = jobOf('dsr1-fp4-b200-sglang', 4, {
  image: 'lmsysorg/sglang:v0.5.9-cu130',
  model: 'nvidia/DeepSeek-R1-0528-FP4-V2',
  modelPrefix: 'dsr1',
  precision: 'fp4',
  framework: 'sglang',
  runner: 'cluster:b200-dgxc',
  topology: { ...oneGpu, tp: 4, ep: 4 },
  scenario: window,
  concurrencies: [32],
  name: 'dsr1_tp4_conc32_kvnone',
})

export const mi300xJob = jobOf('gptoss-fp4-mi300x-vllm', 4, {
  image: 'vllm/vllm-openai-rocm:v0.19.1',
  model: 'openai/gpt-oss-120b',
  modelPrefix: 'gptoss',
  precision: 'fp4',
  framework: 'vllm',
  runner: 'cluster:mi300x-amds',
  scenario: { ...window, offloading: { tier: 'dram', backend: { name: 'native' } }, totalCpuDramGb: 600 },
  concurrencies: [64],
  name: 'gptoss_tp4_conc64_kvdram-native',
})
